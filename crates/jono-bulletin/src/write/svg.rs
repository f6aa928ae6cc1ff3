//! Charts as SVG within the page: panels one above the other with a common axis of time.
//!
//! Lines are told apart by more than colour: a year before is dashed and hollow, tallied is square, published a diamond.
//! Each chart is drawn twice, for wide and for narrow screens, so that its text stays legible; the page shows one.

use std::fmt::{self, Write as _};

use jono_domain::{Decimal, Dimension, Measure};

use super::{Chart, Line, Panel};
use crate::{language::Language, number};

/// How wide a drawing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Wide,
    Narrow,
}

/// Where things are, in the drawing's own units: those of the page at its usual size.
struct Frame {
    width: f64,
    left: f64,
    right: f64,
    title: f64,
    plot: f64,
    legend_row: f64,
    axis: f64,
    /// About how wide a letter is.
    letter: f64,
    ticks: usize,
    name: &'static str,
}

impl Size {
    const fn frame(self) -> Frame {
        match self {
            Self::Wide => Frame {
                width: 760.0,
                left: 76.0,
                right: 26.0,
                title: 30.0,
                plot: 150.0,
                legend_row: 22.0,
                axis: 26.0,
                letter: 7.4,
                ticks: 13,
                name: "wide",
            },
            Self::Narrow => Frame {
                width: 320.0,
                left: 72.0,
                right: 24.0,
                title: 28.0,
                plot: 130.0,
                legend_row: 20.0,
                axis: 24.0,
                letter: 7.4,
                ticks: 5,
                name: "narrow",
            },
        }
    }
}

/// A chart as an `svg` element. The id tells apart what a page's charts name.
pub(crate) fn write(chart: &Chart, id: &str, size: Size, language: Language) -> String {
    let frame = size.frame();
    let mut body = String::new();
    let mut top = 0.0;
    for panel in &chart.panels {
        let drawing = Drawing { chart, panel, frame: &frame, language };
        top = drawing.draw(&mut body, top);
    }
    let labels = format!("{id}-{}", frame.name);
    let about: Vec<_> = chart.panels.iter().map(|panel| about(panel, chart)).collect();
    format!(
        "<svg class=\"chart {name}\" viewBox=\"0 0 {width} {top}\" role=\"img\" aria-labelledby=\"{labels}-t {labels}-d\">\
         <title id=\"{labels}-t\">{title}</title><desc id=\"{labels}-d\">{about}</desc>{body}</svg>",
        name = frame.name,
        width = frame.width,
        title = Escaped(&crate::words::plain(&chart.title)),
        about = Escaped(&about.join(" ")),
    )
}

/// What a panel shows, in words: of each line its first and last value.
fn about(panel: &Panel, chart: &Chart) -> String {
    let of = |line: &Line| {
        let mut told =
            line.points.iter().enumerate().filter_map(|(index, point)| Some((index, point.as_ref()?)));
        let said =
            |(index, point): (usize, &super::Point)| format!("{}: {}", chart.times[index].name, point.text);
        let first = told.next().map(said)?;
        let ends = told.next_back().map_or(first.clone(), |last| format!("{first}; {}", said(last)));
        Some(format!("{} – {ends}.", line.name))
    };
    let lines: Vec<_> = panel.lines.iter().filter_map(of).collect();
    format!("{}. {}", panel.title, lines.join(" "))
}

/// A panel being drawn.
struct Drawing<'a> {
    chart: &'a Chart,
    panel: &'a Panel,
    frame: &'a Frame,
    language: Language,
}

impl Drawing<'_> {
    /// Draws from that height on, and tells where it ends.
    fn draw(&self, out: &mut String, top: f64) -> f64 {
        let Frame { left, title, plot, axis, .. } = *self.frame;
        let _ = write!(
            out,
            "<text class=\"panel\" x=\"0\" y=\"{:.1}\">{}</text>",
            top + title - 10.0,
            Escaped(&self.panel.title)
        );
        let legend = if self.panel.lines.len() > 1 { self.legend(out, top + title + 4.0) } else { 0.0 };
        let scale = Scale::new(self.panel, top + title + legend + 10.0, plot);
        self.bands(out, &scale);
        for tick in &scale.ticks {
            let y = scale.y(*tick);
            let _ = write!(
                out,
                "<line class=\"grid\" x1=\"{left}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
                 <text class=\"tick\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                self.frame.width - self.frame.right,
                left - 8.0,
                y + 4.5,
                Escaped(&self.tick(*tick))
            );
        }
        // What is told of this year lies over what is told of the one before.
        for line in self.panel.lines.iter().rev() {
            self.line(out, line, &scale);
        }
        self.times(out, scale.bottom);
        scale.bottom + axis + 14.0
    }

    fn x(&self, index: usize) -> f64 {
        let Frame { width, left, right, .. } = *self.frame;
        let count = self.chart.times.len().max(2) - 1;
        let margin = 10.0;
        left + margin + (width - left - right - 2.0 * margin) * index as f64 / count as f64
    }

    fn bands(&self, out: &mut String, scale: &Scale) {
        let half = (self.x(1) - self.x(0)) / 2.0;
        for (index, time) in self.chart.times.iter().enumerate() {
            for class in [(time.was_short, "was-short"), (time.is_short, "short")].iter().filter(|one| one.0)
            {
                let _ = write!(
                    out,
                    "<rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
                    class.1,
                    self.x(index) - half + 0.5,
                    scale.top,
                    2.0 * half - 1.0,
                    scale.bottom - scale.top
                );
            }
        }
    }

    fn line(&self, out: &mut String, line: &Line, scale: &Scale) {
        let looks = Looks::of(line);
        let mut path = String::new();
        let mut is_drawing = false;
        for (index, point) in line.points.iter().enumerate() {
            match point {
                Some(point) => {
                    let command = if is_drawing { 'L' } else { 'M' };
                    let _ = write!(path, "{command}{:.1} {:.1}", self.x(index), scale.y(point.value));
                    is_drawing = true;
                }
                None => is_drawing = false,
            }
        }
        let _ = write!(out, "<g class=\"{}\"><path class=\"line\" d=\"{path}\"/>", looks.class);
        for (index, point) in line.points.iter().enumerate() {
            let Some(point) = point else { continue };
            let title = format!("{}, {}: {}", line.name, self.chart.times[index].name, point.text);
            let _ = write!(
                out,
                "<path class=\"point\" data-figure=\"{}\" d=\"{}\"><title>{}</title></path>",
                Escaped(point.figure.as_str()),
                looks.marker(self.x(index), scale.y(point.value)),
                Escaped(&title)
            );
        }
        out.push_str("</g>");
    }

    /// Which line is which; how high that is.
    fn legend(&self, out: &mut String, top: f64) -> f64 {
        let Frame { width, legend_row, letter, .. } = *self.frame;
        let (mut x, mut y) = (0.0, top + 2.0);
        for line in &self.panel.lines {
            let looks = Looks::of(line);
            let wide = 44.0 + letter * line.name.chars().count() as f64 + 20.0;
            if x > 0.0 && x + wide > width {
                x = 0.0;
                y += legend_row;
            }
            let _ = write!(
                out,
                "<g class=\"{}\"><path class=\"line\" d=\"M{x:.1} {y:.1}L{:.1} {y:.1}\"/>\
                 <path class=\"point\" d=\"{}\"/></g><text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                looks.class,
                x + 34.0,
                looks.marker(x + 17.0, y),
                x + 42.0,
                y + 4.5,
                Escaped(&line.name)
            );
            x += wide;
        }
        y - top + legend_row / 2.0
    }

    /// The axis of time: so many labels as there is room for, the last one always.
    fn times(&self, out: &mut String, bottom: f64) {
        let Frame { width, left, right, ticks, .. } = *self.frame;
        let _ = write!(
            out,
            "<line class=\"axis\" x1=\"{left}\" x2=\"{:.1}\" y1=\"{bottom:.1}\" y2=\"{bottom:.1}\"/>",
            width - right
        );
        let count = self.chart.times.len();
        let longest = self.chart.times.iter().map(|time| time.tick.chars().count()).max().unwrap_or(1);
        let room = ((width - left - right) / (longest as f64 * self.frame.letter + 14.0)).floor();
        let room = (2..=ticks).rev().find(|ticks| *ticks as f64 <= room).unwrap_or(2);
        let step = count.div_ceil(room).max(1);
        for (index, time) in self.chart.times.iter().enumerate() {
            if (count - 1 - index).is_multiple_of(step) {
                let _ = write!(
                    out,
                    "<text class=\"tick\" text-anchor=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                    self.x(index),
                    bottom + 18.0,
                    Escaped(&time.tick)
                );
            }
        }
    }

    fn tick(&self, value: f64) -> String {
        let decimal = Decimal::try_from(value).unwrap_or_default();
        match self.panel.measure.as_ref().map(Measure::dimension) {
            Some(Dimension::Ratio) => number::percent(decimal, 0, self.language),
            Some(Dimension::Score) => number::number(decimal, 1, self.language),
            _ => number::number(decimal, 0, self.language),
        }
    }
}

/// How a line looks.
struct Looks {
    class: String,
    shape: Shape,
}

#[derive(Clone, Copy)]
enum Shape {
    Circle,
    Square,
    Diamond,
}

impl Looks {
    fn of(line: &Line) -> Self {
        let basis = line
            .points
            .iter()
            .flatten()
            .next()
            .map_or("", |point| point.figure.as_str().rsplit('.').next().unwrap_or_default());
        let shape = match basis {
            "tallied" => Shape::Square,
            "published" => Shape::Diamond,
            _ => Shape::Circle,
        };
        let year = if line.is_before { " before" } else { "" };
        Self { class: format!("series {basis}{year}"), shape }
    }

    fn marker(&self, x: f64, y: f64) -> String {
        match self.shape {
            Shape::Circle => format!("M{:.1} {y:.1}a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0", x - 3.2),
            Shape::Square => format!("M{:.1} {:.1}h6v6h-6z", x - 3.0, y - 3.0),
            Shape::Diamond => format!("M{x:.1} {:.1}l4 4l-4 4l-4 -4z", y - 4.0),
        }
    }
}

/// From values to heights.
struct Scale {
    low: f64,
    high: f64,
    top: f64,
    bottom: f64,
    ticks: Vec<f64>,
}

impl Scale {
    fn new(panel: &Panel, top: f64, height: f64) -> Self {
        let values =
            || panel.lines.iter().flat_map(|line| line.points.iter().flatten()).map(|point| point.value);
        let most = values().fold(f64::MIN, f64::max);
        let least = if panel.from_zero { 0.0 } else { values().fold(f64::MAX, f64::min) };
        let dimension = panel.measure.as_ref().map(Measure::dimension);
        let is_score = dimension == Some(Dimension::Score);
        // Scores that differ by tenths are not to look as if they differed by much.
        let (least, most) = if is_score { (least.floor(), most.ceil()) } else { (least, most) };
        let narrowest = if dimension == Some(Dimension::Ratio) { 0.05 } else { 1.0 };
        let step =
            if is_score && most - least <= 1.0 { 0.5 } else { step((most - least).max(narrowest) / 3.0) };
        let low = (least / step).floor().max(0.0) * step;
        let mut high = (most / step).ceil() * step;
        if dimension == Some(Dimension::Ratio) {
            high = high.min(1.0);
        }
        if high <= low {
            high = low + step;
        }
        let all = std::iter::successors(Some(low), |tick| Some(tick + step));
        let ticks = all.take_while(|tick| *tick <= high + step / 1e3).collect();
        Self { low, high, top, bottom: top + height, ticks }
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)
    }
}

/// The next round number: 1, 2 or 5 times a power of ten.
fn step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough * 0.999).unwrap_or(10.0);
    factor * power
}

/// Text within XML.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        let steps = [0.9, 1.4, 3.0, 7.0, 4_100.0].map(|rough| step(rough).to_string());
        assert_eq!(steps, ["1", "2", "5", "10", "5000"]);
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(Escaped("<a href='x'>&\"").to_string(), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }
}
