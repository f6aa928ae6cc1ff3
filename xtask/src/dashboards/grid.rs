//! Where panels stand: from left to right, line by line, so that they cannot overlap.

/// How wide a dashboard is.
pub(crate) const WIDTH: u32 = 24;

/// A rectangle of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Place {
    /// Whether both cover the same cell.
    pub(crate) const fn overlaps(self, other: Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }
}

/// Places panels of these widths and heights below a line; gives the line below them too. Who stand side by side are
/// made as high as the highest.
pub(crate) fn flow(sizes: &[(u32, u32)], mut y: u32) -> (Vec<Place>, u32) {
    let mut places: Vec<Place> = Vec::new();
    let (mut x, mut begin) = (0, 0);
    let close = |places: &mut Vec<Place>, begin: usize| {
        let height = places[begin..].iter().map(|place| place.height).max().unwrap_or(0);
        places[begin..].iter_mut().for_each(|place| place.height = height);
        height
    };
    for &(width, height) in sizes {
        if x + width > WIDTH {
            let height = close(&mut places, begin);
            places[begin..].iter_mut().for_each(|place| place.y = y);
            (x, y, begin) = (0, y + height, places.len());
        }
        places.push(Place { x, y, width, height });
        x += width;
    }
    let height = close(&mut places, begin);
    (places, y + height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_and_are_levelled() {
        let (places, end) = flow(&[(12, 6), (12, 8), (24, 4)], 1);
        let place = |x, y, width, height| Place { x, y, width, height };
        assert_eq!(places, [place(0, 1, 12, 8), place(12, 1, 12, 8), place(0, 9, 24, 4)]);
        assert_eq!(end, 13);
        for (index, one) in places.iter().enumerate() {
            assert!(places[index + 1..].iter().all(|other| !one.overlaps(*other)));
        }
    }

    #[test]
    fn overlaps_are_seen() {
        let place = |x, y| Place { x, y, width: 2, height: 2 };
        assert!(place(0, 0).overlaps(place(1, 1)));
        assert!(!place(0, 0).overlaps(place(2, 0)));
    }
}
