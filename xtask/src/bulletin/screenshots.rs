//! Pictures of the pages, for people who look at them.

use std::{fs, path::Path};

use anyhow::Context;

use super::{NARROW, WINDOW, stage::Pages};
use crate::chromium::Chromium;

/// Writes each page in both colour schemes and both windows, from top to bottom, and as it is printed.
pub(super) fn write(chromium: &Chromium, pages: &Pages, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let keep = |name: String, bytes: &[u8]| {
        let file = folder.join(name);
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))
    };
    for html in &pages.list {
        let language = html.language;
        let mut page = chromium.page()?;
        page.open(&html.file_url())?;
        for window in [WINDOW, NARROW] {
            page.resize(window)?;
            for colours in ["light", "dark"] {
                page.show("screen", colours)?;
                keep(format!("{language}-{}-{colours}.png", window.width), &page.screenshot()?)?;
            }
        }
        page.show("print", "light")?;
        keep(format!("{language}.pdf"), &page.pdf()?)?;
    }
    println!("pictures are in {}", folder.display());
    Ok(())
}
