//! The TOML file of settings.

use std::fs;
use std::iter;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, Command};
use toml::{Table, Value};

/// Makes the values in a file the defaults of the flags with their names.
///
/// No error quotes a line of the file, since that may contain a password.
pub(super) fn as_defaults(mut command: Command, path: &Path) -> anyhow::Result<Command> {
    for (key, value) in read(path)? {
        let Some(arg) = setting(&command, &key) else { bail!(unknown(command, &key)) };
        let is_list = matches!(arg.get_action(), ArgAction::Append);
        let id = arg.get_id().to_string();
        let texts = texts(value, is_list).with_context(|| format!("`{key}` is invalid"))?;
        let args = texts.iter().map(|text| format!("--{key}={text}"));
        if let Err(error) =
            command.clone().try_get_matches_from(iter::once(String::new()).chain(args))
        {
            bail!(sentence(&error));
        }
        command = command.mut_arg(id, |arg| arg.default_values(texts));
    }
    Ok(command)
}

fn read(path: &Path) -> anyhow::Result<Table> {
    let text = fs::read_to_string(path).context("the file of settings cannot be read")?;
    toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        anyhow!("line {}: {}", before.matches('\n').count() + 1, error.message())
    })
}

/// Returns the setting with this key. The name of the file itself is none.
fn setting<'a>(command: &'a Command, key: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|arg| arg.get_long() == Some(key) && arg.get_id() != "config")
}

fn unknown(command: Command, key: &str) -> String {
    let parsed = command.try_get_matches_from([String::new(), format!("--{key}=")]);
    let suggestion = parsed.err().and_then(|error| match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(flag)) => {
            Some(format!("did you mean `{}`?", flag.trim_start_matches('-')))
        }
        Some(_) | None => None,
    });
    let help = "`tincan-server --help` lists them all, with dashes before them";
    format!("there is no setting `{key}`: {}", suggestion.as_deref().unwrap_or(help))
}

/// Returns the values as they would be on the command line.
fn texts(value: Value, is_list: bool) -> anyhow::Result<Vec<String>> {
    let Value::Array(values) = value else { return Ok(vec![text(value)?]) };
    if !is_list {
        bail!("it takes one value, not an array");
    }
    values.into_iter().map(text).collect()
}

fn text(value: Value) -> anyhow::Result<String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_)
        | Value::Table(_) => {
            bail!("expected a string in quotes or a whole number")
        }
    }
}

/// Returns the first sentence of an error, without the hints for a command line.
fn sentence(error: &clap::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
