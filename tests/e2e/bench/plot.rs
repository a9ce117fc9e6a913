//! A plot of each table: a dot for each measurement, and a bar at the median.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::harness::statistics::median;
use crate::table::Table;

const WIDTH: u32 = 720;
/// The height of a contender's row, and of what is around the rows of a table.
const ROW: u32 = 22;
const AROUND: u32 = 62;

/// The colours of the contenders, which all people can tell apart (Okabe and Ito).
pub(crate) const COLOURS: [RGBColor; 4] = [
    RGBColor(0x55, 0x55, 0x55),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
];

/// Draws the tables of a figure into an SVG file.
pub(crate) fn draw(tables: &[Table], to: &Path) -> Result<()> {
    let heights = tables.iter().map(height);
    let root = SVGBackend::new(to, (WIDTH, heights.clone().sum())).into_drawing_area();
    paint(&root, tables, heights).map_err(|error| anyhow!("cannot draw {}: {error}", to.display()))
}

fn height(table: &Table) -> u32 {
    let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    rows.saturating_mul(ROW).saturating_add(AROUND)
}

/// The area of a drawing.
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The errors of the library, which name a type of its own.
type Drawn = Result<(), Box<dyn std::error::Error>>;

fn paint(root: &Area<'_>, tables: &[Table], heights: impl Iterator<Item = u32>) -> Drawn {
    root.fill(&WHITE)?;
    let mut rest = root.clone();
    for (table, height) in tables.iter().zip(heights) {
        let (area, below) = rest.split_vertically(height);
        paint_table(&area, table)?;
        rest = below;
    }
    Ok(root.present()?)
}

fn paint_table(area: &Area<'_>, table: &Table) -> Drawn {
    let values = table.rows.iter().flat_map(|row| &row.values).copied();
    let (least, most) =
        values.fold((0.0_f64, 1.0_f64), |(low, high), it| (low.min(it), high.max(it)));
    let count = f64::from(u32::try_from(table.rows.len())?);
    let mut chart = ChartBuilder::on(area)
        .caption(format!("{} ({})", table.title, table.unit), ("sans-serif", 13))
        .margin(6)
        .margin_right(24)
        .x_label_area_size(20)
        .y_label_area_size(170)
        .build_cartesian_2d(least..most, -count..0.0)?;
    chart.configure_mesh().disable_y_mesh().y_labels(0).draw()?;
    for (number, (row, colour)) in (0..).zip(table.rows.iter().zip(COLOURS.iter().cycle())) {
        let middle = -f64::from(number) - 0.5;
        let dots =
            row.values.iter().map(|it| Circle::new((*it, middle), 3, colour.mix(0.45).filled()));
        chart.draw_series(dots)?;
        if let Some(median) = median(&row.values) {
            let ends = [(median, middle - 0.35), (median, middle + 0.35)];
            chart.draw_series([PathElement::new(ends.to_vec(), colour.stroke_width(3))])?;
        }
        let at = AROUND - 34 + number * ROW;
        let place = (8, i32::try_from(at)?);
        area.draw(&Text::new(row.contender.clone(), place, ("sans-serif", 12).into_font()))?;
    }
    Ok(())
}
