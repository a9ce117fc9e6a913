//! The storage of files that arrive.
//!
//! Each takes three files: its bytes, the digests of its pieces, and a record with its name and
//! sender. A piece counts as soon as its digest is stored, which is after the piece itself. So
//! every piece that counts is whole, whenever the page ends.

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use tincan_call::features::{FileError, StoredFile};
use tincan_call::file_pieces::piece_range;
use tincan_call::protocol::{
    FILE_PIECE_BYTES, FileDigest, FileName, Name, RoomId, TransferId, from_json, to_json,
};

use super::disk::Disk;
use crate::page;

/// The key under which the browser stores that there are files: a page without any need not look.
const KEY: &str = "tincan.files";

/// The age in milliseconds at which a part of a file is discarded.
const MAX_AGE: f64 = 24.0 * 60.0 * 60.0 * 1000.0;
/// The same for a whole file, which may be in the middle of being saved.
const MAX_AGE_WHOLE: f64 = 10.0 * 60.0 * 1000.0;

/// The bytes of a digest.
const DIGEST: usize = 32;

/// The record of a stored file.
#[derive(Serialize, Deserialize)]
struct Record {
    room: String,
    sender: String,
    sender_name: String,
    name: String,
    size: u64,
}

/// Returns `true` if an earlier visit may have left files.
pub(crate) fn may_have_files() -> bool {
    page::stored(KEY).is_some()
}

/// Returns the name of the file with the bytes of a transfer.
pub(super) fn data(transfer: TransferId) -> String {
    transfer.to_string()
}

fn digests(transfer: TransferId) -> String {
    format!("{transfer}.digests")
}

fn record(transfer: TransferId) -> String {
    format!("{transfer}.json")
}

/// Opens what is stored of a file, and makes it if need be. Returns the digests of the pieces that
/// are whole.
pub(super) async fn open(
    disk: &Disk,
    room: RoomId,
    file: &StoredFile,
) -> Result<Vec<FileDigest>, FileError> {
    page::store(KEY, "");
    let transfer = file.transfer;
    let what = Record {
        room: room.to_string(),
        sender: file.sender.to_string(),
        sender_name: file.sender_name.as_str().to_owned(),
        name: file.name.as_str().to_owned(),
        size: file.size,
    };
    let text = to_json(&what).ok_or(FileError::NoStorage)?;
    let name = record(transfer);
    disk.open_file(&name).await?;
    disk.write(&name, 0.0, &Uint8Array::from(text.as_bytes())).await?;
    disk.close(&name).await?;
    let size = whole_number(disk.open_file(&data(transfer)).await?);
    let digests = digests(transfer);
    let length = disk.open_file(&digests).await?;
    let bytes = disk.read(&digests, 0.0, length).await?;
    let mut all: Vec<_> = bytes
        .chunks_exact(DIGEST)
        .filter_map(|digest| Some(FileDigest(digest.try_into().ok()?)))
        .collect();
    let is_whole = |count: usize| piece_range(count as u64, file.size).0 <= size;
    while !is_whole(all.len()) {
        all.pop();
    }
    Ok(all)
}

/// Stores a piece and then its digest.
pub(super) async fn write_piece(
    disk: &Disk,
    transfer: TransferId,
    piece: u64,
    bytes: &Uint8Array,
    digest: FileDigest,
) -> Result<(), FileError> {
    // Whole numbers up to 2^53. The two are asked at once, and done in this order.
    #[allow(clippy::cast_precision_loss)]
    let (at, at_digest) = ((piece * FILE_PIECE_BYTES) as f64, (piece * DIGEST as u64) as f64);
    let written = disk.write(&data(transfer), at, bytes);
    let digest = Uint8Array::from(&digest.0[..]);
    let digest_written = disk.write(&digests(transfer), at_digest, &digest);
    written.await?;
    digest_written.await?;
    Ok(())
}

/// Closes what is stored of a file, to go on with it later.
pub(super) fn close(disk: &Disk, transfer: TransferId) {
    // Nobody waits for it.
    drop(disk.close(&data(transfer)));
    drop(disk.close(&digests(transfer)));
}

/// All of a file is stored: nothing is left to go on with.
pub(super) async fn finish(disk: &Disk, file: &StoredFile) -> Result<(), FileError> {
    #[allow(clippy::cast_precision_loss)] // A whole number up to 2^53.
    disk.truncate(&data(file.transfer), file.size as f64).await?;
    disk.close(&data(file.transfer)).await?;
    disk.remove(&digests(file.transfer));
    disk.remove(&record(file.transfer));
    Ok(())
}

/// Discards what is stored of a file.
pub(super) fn discard(disk: &Disk, transfer: TransferId) {
    disk.remove(&record(transfer));
    disk.remove(&digests(transfer));
    disk.remove(&data(transfer));
}

/// Returns the parts of files of a room, and discards what is too old.
pub(super) async fn find(disk: &Disk, room: RoomId) -> Result<Vec<StoredFile>, FileError> {
    let files = disk.list().await?;
    let mut found = Vec::new();
    let mut is_any_left = false;
    for (name, age) in &files {
        let Ok(transfer) = name.parse::<TransferId>() else { continue };
        let record = record(transfer);
        let is_part = files.iter().any(|(other, _)| *other == record);
        if *age > if is_part { MAX_AGE } else { MAX_AGE_WHOLE } {
            discard(disk, transfer);
            continue;
        }
        is_any_left = true;
        if is_part {
            // What another page of this browser receives is open there, and not found here.
            found.extend(read(disk, room, transfer).await);
        }
    }
    if !is_any_left {
        page::forget(KEY);
    }
    Ok(found)
}

/// Reads what is stored of a file of this room.
async fn read(disk: &Disk, room: RoomId, transfer: TransferId) -> Option<StoredFile> {
    let name = record(transfer);
    let length = disk.open_file(&name).await.ok()?;
    let text = disk.read(&name, 0.0, length).await;
    drop(disk.close(&name));
    let what: Record = from_json(&text.ok()?)?;
    let digests = digests(transfer);
    let length = disk.open_file(&digests).await.ok()?;
    drop(disk.close(&digests));
    if what.room != room.to_string() {
        return None;
    }
    Some(StoredFile {
        transfer,
        sender: what.sender.parse().ok()?,
        sender_name: Name::new(&what.sender_name),
        name: FileName::new(&what.name),
        size: what.size,
        stored: piece_range(whole_number(length) / DIGEST as u64, what.size).0,
    })
}

/// Returns a size as a whole number. It saturates.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole_number(size: f64) -> u64 {
    size as u64
}
