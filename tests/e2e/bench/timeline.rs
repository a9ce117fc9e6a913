//! The steps of a figure on one line of time for each contender.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::harness::statistics::median;
use crate::plot::COLOURS;
use crate::table::Table;

const WIDTH: u32 = 960;
/// The height of a contender's line with the names of its steps, and of what is around the lines.
const LINE: u32 = 130;
const AROUND: u32 = 60;

/// The place of a contender's line in its row, from the top, of 1.
const BASE: f64 = 0.85;

/// Draws the medians of some steps into an SVG file. Each table has the measurements of one step.
pub(crate) fn draw(title: &str, steps: &[(&str, Table)], to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    paint(title, &lines(steps), to)
        .map_err(|error| anyhow!("cannot draw {}: {error}", to.display()))
}

/// The steps of one contender, with their medians.
type Line<'a> = (&'a str, Vec<(&'a str, f64)>);

/// Returns the line of each contender, in the order of the first table.
fn lines<'a>(steps: &'a [(&'a str, Table)]) -> Vec<Line<'a>> {
    let contenders = steps.iter().flat_map(|(_, table)| &table.rows).map(|row| &*row.contender);
    let mut lines: Vec<Line<'a>> = Vec::new();
    for contender in contenders {
        if !lines.iter().any(|(name, _)| *name == contender) {
            let at = |(step, table): &'a (&'a str, Table)| {
                let row = table.rows.iter().find(|row| row.contender == contender)?;
                Some((*step, median(&row.values)?))
            };
            lines.push((contender, steps.iter().filter_map(at).collect()));
        }
    }
    lines
}

fn paint(title: &str, lines: &[Line<'_>], to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let count = u32::try_from(lines.len())?;
    let root = SVGBackend::new(to, (WIDTH, count * LINE + AROUND)).into_drawing_area();
    root.fill(&WHITE)?;
    let all = lines.iter().flat_map(|(_, steps)| steps).map(|(_, at)| *at);
    let most = all.fold(1.0_f64, f64::max);
    let mut chart = ChartBuilder::on(&root)
        .caption(format!("{title} (ms)"), ("sans-serif", 13))
        .margin(6)
        .margin_right(110)
        .x_label_area_size(20)
        .y_label_area_size(90)
        .build_cartesian_2d(0.0..most, -f64::from(count)..0.0)?;
    chart.configure_mesh().disable_y_mesh().y_labels(0).draw()?;
    for (number, ((contender, steps), colour)) in
        (0..).zip(lines.iter().zip(COLOURS.iter().cycle()))
    {
        let base = -f64::from(number) - BASE;
        let ends = vec![(0.0, base), (most, base)];
        chart.draw_series([PathElement::new(ends, colour.mix(0.4).stroke_width(2))])?;
        // What came before the click stands at its beginning.
        let marks =
            steps.iter().map(|(_, at)| Circle::new((at.max(0.0), base), 4, colour.filled()));
        chart.draw_series(marks)?;
        // Each name stands a little lower than the one before, so that none covers another.
        for (place, (step, at)) in (0_u32..).zip(steps) {
            let top = -f64::from(number) - 0.02 - f64::from(place) * 0.105;
            let x = at.max(0.0);
            let stem = vec![(x, top - 0.06), (x, base)];
            chart.draw_series([PathElement::new(stem, colour.mix(0.3).stroke_width(1))])?;
            let font = ("sans-serif", 11).into_font().color(&BLACK);
            let text = format!("{step} {at:.0}");
            let style = font.pos(Pos::new(HPos::Left, VPos::Top));
            chart.draw_series([Text::new(text, (x, top), style)])?;
        }
        let middle = i32::try_from(24 + number * LINE + LINE * 4 / 5)?;
        root.draw(&Text::new(
            (*contender).to_owned(),
            (8, middle),
            ("sans-serif", 12).into_font(),
        ))?;
    }
    Ok(root.present()?)
}
