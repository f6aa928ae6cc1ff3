//! The text of one family: its subjects in order, cut into blocks that are rendered apart.

use bytes::Bytes;

use super::group::{Group, Slots};
use crate::catalogue::Family;

/// Beyond this size a block is cut in two. Small blocks make a change cheap, large ones a scrape.
const BLOCK_BYTES: usize = 16 * 1024;

/// One family, by subject.
///
/// Invariant: each block has a subject, subjects ascend within and across blocks, `samples` is how many all of them
/// have together, and `changed` is set when a block is to be rendered.
#[derive(Debug)]
pub(super) struct Section<K> {
    family: &'static Family,
    blocks: Vec<Block<K>>,
    samples: usize,
    /// Whether the text is another than the one rendered last.
    changed: bool,
    spare: Vec<f64>,
}

#[derive(Debug)]
struct Block<K> {
    groups: Vec<(K, Group)>,
    bytes: usize,
    /// `None` when a value changed since it was rendered.
    text: Option<Bytes>,
}

/// A rendered family.
pub(super) struct Page<'a> {
    pub(super) family: &'static Family,
    pub(super) blocks: Vec<&'a Bytes>,
    pub(super) samples: usize,
}

impl<K: Ord> Section<K> {
    pub(super) const fn new(family: &'static Family) -> Self {
        Self { family, blocks: Vec::new(), samples: 0, changed: false, spare: Vec::new() }
    }

    /// Adds a subject, or replaces it.
    pub(super) fn insert(&mut self, subject: K, labels: &str, samples: impl FnOnce(&mut Slots<'_>)) {
        let group = Group::new(self.family, labels, samples);
        self.samples += group.samples();
        self.changed = true;
        let at = self.block(&subject);
        let Some(block) = self.blocks.get_mut(at) else {
            return self.blocks.push(Block::new(vec![(subject, group)]));
        };
        if let Some(replaced) = block.insert(subject, group) {
            self.samples -= replaced.samples();
        }
        if block.bytes > BLOCK_BYTES && block.groups.len() > 1 {
            let rest = Block::new(block.groups.split_off(block.groups.len() / 2));
            block.bytes -= rest.bytes;
            self.blocks.insert(at + 1, rest);
        }
    }

    /// Takes the values of a subject anew; says whether there is such a subject.
    pub(super) fn update(&mut self, subject: &K, samples: impl FnOnce(&mut Slots<'_>)) -> bool {
        let at = self.block(subject);
        let Some(block) = self.blocks.get_mut(at) else { return false };
        let Ok(at) = block.find(subject) else { return false };
        let group = &mut block.groups[at].1;
        let before = group.samples();
        if group.update(&mut self.spare, samples) {
            self.samples = self.samples - before + group.samples();
            self.changed = true;
            block.text = None;
        }
        true
    }

    /// Takes a subject away, if there is such a one.
    pub(super) fn remove(&mut self, subject: &K) {
        let at = self.block(subject);
        let Some(block) = self.blocks.get_mut(at) else { return };
        let Some(removed) = block.remove(subject) else { return };
        if block.groups.is_empty() {
            self.blocks.remove(at);
        }
        self.samples -= removed.samples();
        self.changed = true;
    }

    /// Renders the blocks in which something changed; says whether the text is another than before.
    pub(super) fn render(&mut self) -> bool {
        if self.changed {
            self.blocks.iter_mut().filter(|block| block.text.is_none()).for_each(Block::render);
        }
        std::mem::take(&mut self.changed)
    }

    /// How many samples there are, rendered or not.
    pub(super) const fn samples(&self) -> usize {
        self.samples
    }

    /// The text as it was rendered last.
    pub(super) fn page(&self) -> Page<'_> {
        let texts = self.blocks.iter().filter_map(|block| block.text.as_ref());
        Page {
            family: self.family,
            blocks: texts.filter(|text| !text.is_empty()).collect(),
            samples: self.samples,
        }
    }

    /// The block that has, or would have, the subject: the last that does not begin after it.
    fn block(&self, subject: &K) -> usize {
        self.blocks.partition_point(|block| block.groups[0].0 <= *subject).saturating_sub(1)
    }
}

impl<K: Ord> Block<K> {
    fn new(groups: Vec<(K, Group)>) -> Self {
        let bytes = groups.iter().map(|(_, group)| group.bytes()).sum();
        Self { groups, bytes, text: None }
    }

    fn find(&self, subject: &K) -> Result<usize, usize> {
        self.groups.binary_search_by(|(other, _)| other.cmp(subject))
    }

    /// Adds a group, and hands back the one that it replaces.
    fn insert(&mut self, subject: K, group: Group) -> Option<Group> {
        self.text = None;
        self.bytes += group.bytes();
        match self.find(&subject) {
            Ok(at) => {
                let replaced = std::mem::replace(&mut self.groups[at].1, group);
                self.bytes -= replaced.bytes();
                Some(replaced)
            }
            Err(at) => {
                self.groups.insert(at, (subject, group));
                None
            }
        }
    }

    /// Takes a group away, and hands it back.
    fn remove(&mut self, subject: &K) -> Option<Group> {
        let at = self.find(subject).ok()?;
        let (_, removed) = self.groups.remove(at);
        self.text = None;
        self.bytes -= removed.bytes();
        Some(removed)
    }

    fn render(&mut self) {
        let mut text = Vec::with_capacity(self.bytes);
        self.groups.iter().for_each(|(_, group)| group.render(&mut text));
        self.text = Some(text.into());
    }
}
