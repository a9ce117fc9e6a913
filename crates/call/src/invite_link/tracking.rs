//! Removes the tracking parameters that others add to an address.

/// Parameters that only tell where a click came from.
const NAMES: [&str; 19] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "wbraid",
    "gbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "igsh",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_hsenc",
    "_hsmi",
    "srsltid",
];

/// The query of an address, with its `?` if anything is left of it. What the host of the page may
/// need stays.
pub fn without_tracking(query: &str) -> String {
    let query = query.strip_prefix('?').unwrap_or(query);
    let is_tracking = |parameter: &&str| {
        let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
        name.starts_with("utm_") || NAMES.contains(&name.as_str())
    };
    let kept: Vec<&str> =
        query.split('&').filter(|part| !part.is_empty() && !is_tracking(part)).collect();
    if kept.is_empty() { String::new() } else { ["?", &kept.join("&")].concat() }
}
