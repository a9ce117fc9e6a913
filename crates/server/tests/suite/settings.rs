//! The settings: where they come from, and which mistakes are told.
#![cfg(unix)]

use std::io::Write as _;

use clap::{Arg, CommandFactory as _};
use tempfile::NamedTempFile;
use tincan_protocol::ServerMessage;
use tincan_server::Settings;

use crate::client::{Page, join};
use crate::command::{command, listening, refusal};

const README: &str = include_str!("../../../../README.md");

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// Returns the URLs of the STUN servers that a page is given.
async fn stun_servers(mut command: tokio::process::Command) -> Vec<String> {
    let mut child = command.spawn().unwrap();
    let address = listening(&mut child).await;
    let mut page = Page::open(address).await;
    page.send(&join(1, 1)).await;
    match page.next().await {
        ServerMessage::Joined { ice_servers, .. } => {
            ice_servers.into_iter().flat_map(|server| server.urls).collect()
        }
        other => panic!("no seat: {other:?}"),
    }
}

#[tokio::test]
async fn a_flag_overrides_the_environment_which_overrides_the_file() {
    let file = file("ice-server = [\"stun:file.example\", \"stun:file2.example\"]\n");
    let path = file.path().to_str().unwrap();
    assert_eq!(stun_servers(command(&[])).await, [""; 0]);
    let from_file = ["stun:file.example", "stun:file2.example"];
    assert_eq!(stun_servers(command(&["--config", path])).await, from_file);

    let mut from_variable = command(&[]);
    from_variable.env("TINCAN_CONFIG", path);
    assert_eq!(stun_servers(from_variable).await, from_file);

    let mut with_variable = command(&["--config", path]);
    with_variable.env("TINCAN_ICE_SERVERS", "stun:variable.example");
    assert_eq!(stun_servers(with_variable).await, ["stun:variable.example"]);

    let mut with_flag = command(&["--config", path, "--ice-server", "stun:flag.example"]);
    with_flag.env("TINCAN_ICE_SERVERS", "stun:variable.example");
    assert_eq!(stun_servers(with_flag).await, ["stun:flag.example"]);
}

#[tokio::test]
async fn mistakes_in_the_file_are_told() {
    for (text, words) in [
        ("lisen = '127.0.0.1:0'", "there is no setting `lisen`: did you mean `listen`?"),
        ("max_connections = 5", "did you mean `max-connections`?"),
        ("colour = 'red'", "there is no setting `colour`: `tincan-server --help` lists them"),
        ("config = 'other.toml'", "there is no setting `config`"),
        ("listen = 'here'", "invalid value 'here' for '--listen <ADDRESS>'"),
        ("listen = ['127.0.0.1:0']", "it takes one value, not an array"),
        ("max-connections = 0", "invalid value '0' for '--max-connections <COUNT>'"),
        ("max-connections = true", "expected a string in quotes or a whole number"),
        ("allowed-origin = 'call.example'", "an origin is http:// or https://"),
        ("ice-server = ['stun:a', 'tern:b,u,hunter2']", "in --ice-server number 2"),
        ("turn = 'turn:a.example'", "--turn needs the secret of its servers"),
        ("dist = 'x'\nice-server = 'turn:a,u,hunter2", "line 2: "),
        ("turn-ttl = '10m'\nturn-ttl = '20m'", "line 2: duplicate key"),
    ] {
        let file = file(text);
        let path = file.path().to_str().unwrap();
        let error = refusal(&["--config", path]).await;
        assert!(error.contains(words), "{text}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let error = refusal(&["--config", "/nonexistent/tincan.toml"]).await;
    assert!(error.contains("in /nonexistent/tincan.toml"), "{error}");
}

#[tokio::test]
async fn mistakes_in_the_environment_are_told() {
    let output = command(&[]).env("TINCAN_MAX_CONNECTIONS", "many").output().await.unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("invalid value 'many' for '--max-connections <COUNT>'"), "{error}");
}

/// Returns the row of a setting in README.md.
fn row(arg: &Arg) -> String {
    let flag = arg.get_long().unwrap();
    let value = &arg.get_value_names().unwrap()[0];
    let variable = arg.get_env().unwrap().to_str().unwrap();
    let help = arg.get_help().unwrap().to_string();
    let default = match arg.get_default_values() {
        [default] => format!(" (`{}`)", default.to_str().unwrap()),
        _ => String::new(),
    };
    format!("| `--{flag} {value}` | `{variable}` | {help}{default} |")
}

#[test]
fn the_table_of_the_readme_is_that_of_the_code() {
    let rows: Vec<String> = Settings::command().get_arguments().map(row).collect();
    assert!(rows.len() >= 9, "{rows:?}");
    for row in &rows {
        assert!(row.len() <= 100, "too long: {row}");
    }
    let head = "| flag | variable | meaning (and default) |\n| --- | --- | --- |\n";
    let table = format!("{head}{}\n\n", rows.join("\n"));
    assert!(README.contains(&table), "README.md lacks this table:\n{table}");
}
