//! Every format that can be read, told apart by name and content, and forced with `--format`.

use super::Home;

/// Format, file name, content. All say: `[Ada](person) wrote to [Omega](brand)`.
const SAMPLES: &[(&str, &str, &str)] = &[
    (
        "jsonl",
        "x.jsonl",
        r#"{"id":"x","text":"Ada wrote to Omega","spans":[{"start":0,"end":3,"label":"person"},{"start":13,"end":18,"label":"brand"}]}"#,
    ),
    (
        "csv",
        "x.csv",
        "id,text,spans\nx,Ada wrote to Omega,\"[{\"\"start\"\":0,\"\"end\"\":3,\"\"label\"\":\"\"person\"\"},{\"\"start\"\":13,\"\"end\"\":18,\"\"label\"\":\"\"brand\"\"}]\"\n",
    ),
    (
        "tsv",
        "x.tsv",
        "id\ttext\tspans\nx\tAda wrote to Omega\t\"[{\"\"start\"\":0,\"\"end\"\":3,\"\"label\"\":\"\"person\"\"},{\"\"start\"\":13,\"\"end\"\":18,\"\"label\"\":\"\"brand\"\"}]\"\n",
    ),
    ("conll", "x.conll", "Ada B-person\nwrote O\nto O\nOmega B-brand\n"),
    ("hf", "hf.json", r#"{"tokens":["Ada","wrote","to","Omega"],"ner_tags":["B-person","O","O","B-brand"]}"#),
    ("spacy", "spacy.jsonl", r#"["Ada wrote to Omega",{"entities":[[0,3,"person"],[13,18,"brand"]]}]"#),
    ("gliner", "g.json", r#"[{"tokenized_text":["Ada","wrote","to","Omega"],"ner":[[0,0,"person"],[3,3,"brand"]]}]"#),
    (
        "prodigy",
        "prodigy.jsonl",
        r#"{"text":"Ada wrote to Omega","spans":[{"start":0,"end":3,"label":"person"},{"start":13,"end":18,"label":"brand"}],"answer":"accept"}"#,
    ),
    ("doccano", "doccano.jsonl", r#"{"id":7,"text":"Ada wrote to Omega","label":[[0,3,"person"],[13,18,"brand"]]}"#),
    (
        "labelstudio",
        "ls.json",
        r#"[{"id":1,"data":{"text":"Ada wrote to Omega"},"annotations":[{"result":[
            {"type":"labels","from_name":"l","to_name":"t","value":{"start":0,"end":3,"text":"Ada","labels":["person"]}},
            {"type":"labels","from_name":"l","to_name":"t","value":{"start":13,"end":18,"text":"Omega","labels":["brand"]}}]}]}]"#,
    ),
    ("tokens", "t.jsonl", r#"{"tokens":["Ada","wrote","to","Omega"],"spans":[[0,0,"person"],[3,3,"brand"]]}"#),
];

const MARKED: &str = "[Ada](person) wrote to [Omega](brand)";

#[test]
fn formats_are_told_apart_by_name_and_content() {
    for (format, name, content) in SAMPLES {
        let home = Home::with_project(&[]);
        home.ok(&["import", "p", home.file(name, content)])
            .prints("1 document added")
            .prints("new labels: person, brand");
        let shown = home.ok(&["show", "p"]);
        assert!(shown.out.contains(MARKED), "{format}: {shown:#?}");
    }
}

#[test]
fn a_format_can_be_said_and_read_from_standard_input() {
    for (format, _, content) in SAMPLES {
        let home = Home::with_project(&[]);
        let mut args = vec!["import", "p", "-", "--format", format];
        if *format == "gliner" {
            home.pipe(*content, &args).ends(2).says("cannot be judged as a whole");
            args.extend(["--ends", "inclusive"]);
        }
        home.pipe(*content, &args).ends(0).prints("1 document added");
        let shown = home.ok(&["show", "p"]);
        assert!(shown.out.contains(MARKED), "{format}: {shown:#?}");
    }
}

#[test]
fn texts_are_documents_by_file_or_by_line() {
    let home = Home::with_project(&[]);
    home.file("t.txt", "first line\n\nthird line\n");
    home.ok(&["import", "p", "t.txt"]).prints("1 document added");
    home.ok(&["init", "q"]);
    home.ok(&["import", "q", "t.txt", "--one-per-line"]).prints("2 documents added");
}

#[test]
fn brat_is_a_pair_of_files_or_a_folder_of_them() {
    let home = Home::with_project(&[]);
    home.file("b/x.txt", "Ada wrote to Omega");
    home.file("b/x.ann", "T1\tperson 0 3\tAda\nT2\tbrand 13 18\tOmega\n");
    home.ok(&["import", "p", "b"]).prints("1 document added");
    home.ok(&["show", "p"]).prints(MARKED);
    home.ok(&["import", "p", "b/x.ann"]).prints("0 documents added, 1 document there already");
    home.file("empty/readme.txt", "no annotations here");
    home.run(&["import", "p", "empty"]).ends(2).says("empty: is a folder without .ann files");
}

#[test]
fn a_compressed_file_is_unpacked_on_the_way() {
    let home = Home::with_project(&[]);
    home.file("x.jsonl.zst", zstd::encode_all(SAMPLES[0].2.as_bytes(), 3).unwrap());
    home.ok(&["import", "p", "x.jsonl.zst"]).prints("1 document added");
}

#[test]
fn what_cannot_be_told_asks_for_the_format() {
    let home = Home::with_project(&[]);
    home.file("data.bin", b"\x00\x01\x02");
    home.run(&["import", "p", "data.bin"]).ends(2).says("data.bin: cannot tell the format; say it with --format");
    home.run(&["import", "p", "data.bin", "--format", "xml"]).ends(2).says("'xml' is not a format; use one of jsonl|");
    home.run(&["import", "p", "missing.jsonl"]).ends(2).says("missing.jsonl: cannot be read");
}

#[test]
fn csv_columns_can_be_named() {
    let home = Home::with_project(&[]);
    home.file("x.csv", "key,body\nk1,Some text\n");
    home.run(&["import", "p", "x.csv"]).ends(1).says("x.csv");
    home.ok(&["import", "p", "x.csv", "--text-column", "body", "--id-column", "key"]).prints("1 document added");
    home.ok(&["show", "p", "k1"]).prints("Some text");
}

#[test]
fn character_offsets_in_a_gliner_file_are_found_out_and_repaired_with_the_texts() {
    let home = Home::with_project(&[]);
    let (mut data, mut texts) = (String::new(), String::new());
    for n in 0..12 {
        data += &format!(
            "{{\"tokenized_text\":[\"Nr\",\"{n}\",\":\",\"Omega\",\"sells\",\".\"],\"ner\":[[{},{},\"brand\"]]}}\n",
            6 + n / 10,
            11 + n / 10
        );
        texts += &format!("\"Nr {n}: Omega sells.\"\n");
    }
    home.file("data.jsonl", &data);
    home.file("data_str.jsonl", &texts);
    home.run(&["import", "p", "data.jsonl"])
        .ends(2)
        .says("does not hold word indices with inclusive ends")
        .says("--texts FILE");
    home.ok(&["status", "p"]).prints("p: 0 documents\n");
    home.ok(&["import", "p", "data.jsonl", "--texts", "data_str.jsonl"])
        .says("character offsets where GLiNER reads word indices")
        .prints("12 documents added");
    home.ok(&["show", "p", "12"]).prints("Nr 11: [Omega](brand) sells.");
    home.file("short.jsonl", "\"Nr 0: Omega sells.\"\n");
    home.ok(&["init", "q"]);
    assert_ne!(home.run(&["import", "q", "data.jsonl", "--texts", "short.jsonl"]).code, Some(0), "texts are missing");
    home.run(&["import", "q", "data.jsonl", "--texts", "nowhere.jsonl"]).ends(2).says("nowhere.jsonl");
}
