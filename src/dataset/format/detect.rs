//! Which format is a file? The name says most; JSON is told apart by the keys of its first record.

use std::path::Path;

use super::{Format, bio};

/// Guesses from a file's name and its first bytes (a few kilobytes do). `None`: the caller must ask for `--format`.
pub fn detect(path: &Path, first_bytes: &[u8]) -> Option<Format> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".zst").or_else(|| name.strip_suffix(".gz")).unwrap_or(&name);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    let start = String::from_utf8_lossy(first_bytes);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    match extension {
        "csv" => return Some(Format::Csv),
        "tsv" | "tab" if !looks_like_conll(start) => return Some(Format::Tsv),
        "conll" | "conllu" | "conll2003" | "bio" | "bio2" | "iob" | "iob2" | "bioes" | "bilou" => {
            return Some(Format::Conll);
        }
        "ann" => return Some(Format::Brat),
        "md" | "text" => return Some(Format::Text),
        _ => {}
    }
    let json = matches!(extension, "json" | "jsonl" | "ndjson" | "jsonlines");
    if start.starts_with(['{', '['])
        && let Some(format) = json_format(start)
    {
        return Some(format);
    }
    if json {
        return Some(Format::Jsonl);
    }
    if looks_like_conll(start) {
        return Some(Format::Conll);
    }
    (extension == "txt").then_some(Format::Text)
}

/// Most lines of the start end in a tag.
fn looks_like_conll(start: &str) -> bool {
    let whole = start.rfind('\n').map_or(start, |end| &start[..end]);
    let lines: Vec<&str> = whole.lines().filter(|l| !l.trim().is_empty() && !l.starts_with("# ")).take(200).collect();
    let tagged = lines.iter().filter(|line| {
        let mut words = line.split_whitespace();
        words.next().is_some() && words.next_back().is_some_and(bio::is_tag)
    });
    lines.len() >= 2 && tagged.count() * 10 >= lines.len() * 9
}

fn json_format(start: &str) -> Option<Format> {
    let keys = first_keys(start);
    let has = |key: &str| keys.iter().any(|(k, _)| k == key);
    let array = |key: &str| keys.iter().any(|(k, first)| k == key && *first == Some('['));
    let format = if keys.is_empty() {
        let pair = start.trim_start_matches(['[', ' ', '\n', '\r']).starts_with('"') && start.contains("\"entities\"");
        return pair.then_some(Format::Spacy);
    } else if has("tokenized_text") {
        Format::Gliner
    } else if (has("tokens") && ["ner_tags", "tags", "ner", "labels"].into_iter().any(array))
        || (has("features") && !has("text"))
    {
        Format::Hf
    } else if has("_input_hash") || has("_task_hash") || has("answer") {
        Format::Prodigy
    } else if has("tokens") && !has("text") {
        Format::Tokens
    } else if has("text") && has("ents") {
        Format::Spacy
    } else if has("data") && (has("annotations") || has("predictions") || has("completions")) {
        Format::LabelStudio
    } else if (has("text") || has("data")) && !has("spans") && (array("label") || array("labels") || has("entities")) {
        if has("entities") && !start.contains("start_offset") { Format::Spacy } else { Format::Doccano }
    } else if has("text") {
        Format::Jsonl
    } else {
        return None;
    };
    Some(format)
}

/// Keys of the first object, each with the first character of its value; the input may be cut off anywhere.
fn first_keys(start: &str) -> Vec<(String, Option<char>)> {
    let mut keys: Vec<(String, Option<char>)> = Vec::new();
    let mut chars = start.char_indices().peekable();
    let mut depth = 0_usize;
    let mut object: Option<usize> = None;
    while let Some((at, c)) = chars.next() {
        match c {
            '{' | '[' => {
                depth += 1;
                if c == '{' && object.is_none() {
                    object = Some(depth);
                }
                // A list of anything but records has no keys of its own.
                if c == '[' && object.is_none() && depth > 1 {
                    return keys;
                }
            }
            '}' | ']' => {
                if object == Some(depth) {
                    return keys;
                }
                depth = depth.saturating_sub(1);
            }
            '"' => {
                let mut escaped = false;
                let Some((end, _)) = chars.by_ref().find(|&(_, c)| {
                    let closes = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    closes
                }) else {
                    return keys;
                };
                if object.is_none() {
                    return keys;
                }
                let after = start[end + 1..].trim_start();
                if object == Some(depth)
                    && let Some(value) = after.strip_prefix(':')
                {
                    keys.push((start[at + 1..end].to_owned(), value.trim_start().chars().next()));
                }
            }
            _ => {}
        }
    }
    keys
}
