//! Finding documents by their words: what is typed, what is found and where it stands. Reads like the manual's page.

use gleaner::dataset::{DocumentId, Status};
use gleaner::search::{Compare, Filter, KeywordIndex, Piece, Query, SearchError, What, highlights, snippet};
use proptest::prelude::*;
use tempfile::TempDir;

/// An index of texts; the first one is document 1.
struct Library {
    dir: TempDir,
    index: KeywordIndex,
    texts: Vec<String>,
}

impl Library {
    fn of(texts: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut index = KeywordIndex::open(&dir.path().join("words")).unwrap();
        for (text, number) in texts.iter().zip(1..) {
            index.add(DocumentId(number), 1, text).unwrap();
        }
        index.commit().unwrap();
        index.release().unwrap();
        Self { dir, index, texts: texts.iter().map(|t| (*t).to_owned()).collect() }
    }

    /// The numbers of the documents that are found, best first.
    fn find(&self, typed: &str) -> Vec<i64> {
        self.answer(&Query::parse(typed).unwrap())
    }

    /// Checks also that they are as many as is said, that scores do not rise, and that the same are found when it is
    /// asked of each whether it may be.
    fn answer(&self, query: &Query) -> Vec<i64> {
        let (found, total) = self.index.search(query, 1000, None).unwrap();
        assert_eq!(found.len() as u64, total);
        assert!(found.windows(2).all(|two| two[0].1 >= two[1].1), "{found:?}");
        let (again, total_again) = self.index.search(query, 1000, Some(&|_| true)).unwrap();
        assert_eq!((&found, total), (&again, total_again));
        found.into_iter().map(|(document, _)| document.0).collect()
    }

    /// What is marked in the documents that are found, in the order of the documents.
    fn marked(&self, typed: &str) -> Vec<String> {
        let query = Query::parse(typed).unwrap();
        let mut found = self.find(typed);
        found.sort_unstable();
        found.iter().map(|number| mark(&query, &self.texts[*number as usize - 1])).collect()
    }
}

/// The text with what is highlighted in square brackets.
fn mark(query: &Query, text: &str) -> String {
    let mut marked: Vec<char> = text.chars().collect();
    for range in highlights(query, text).into_iter().rev() {
        marked.insert(range.end, ']');
        marked.insert(range.start, '[');
    }
    marked.into_iter().collect()
}

fn pieces(typed: &str) -> Vec<What> {
    Query::parse(typed).unwrap().pieces.into_iter().map(|p| p.what).collect()
}

// ---- What is typed ----------------------------------------------------------------------------------------------------

#[test]
fn each_sign_has_one_meaning() {
    let word = |w: &str| What::Word(w.to_owned());
    let filter = What::Filter;
    let cases = [
        ("insulin", word("insulin")),
        ("ins*", What::Prefix("ins".into())),
        ("insluin~", What::Fuzzy("insluin".into(), 1)),
        ("insluin~2", What::Fuzzy("insluin".into(), 2)),
        ("\"beta cell\"", What::Phrase("beta cell".into())),
        ("\"beta ce\"*", What::PhrasePrefix("beta ce".into())),
        ("/in.*n/", What::Regex("in.*n".into())),
        (r"/a\/b\d/", What::Regex(r"a/b\d".into())),
        ("label:drug", filter(Filter::Label("drug".into()))),
        ("label:\"side effect\"", filter(Filter::Label("side effect".into()))),
        ("status:pending", filter(Filter::Status(Status::Pending))),
        ("score:<0.6", filter(Filter::Score(Compare::Less, 0.6))),
        ("score:<=0.6", filter(Filter::Score(Compare::LessOrSame, 0.6))),
        ("score:0.2..0.6", filter(Filter::ScoreBetween(0.2, 0.6))),
        ("score:0.2..", filter(Filter::Score(Compare::MoreOrSame, 0.2))),
        ("length:>200", filter(Filter::Length(Compare::More, 200))),
        ("length:≥200", filter(Filter::Length(Compare::MoreOrSame, 200))),
        ("length:200", filter(Filter::Length(Compare::Same, 200))),
        ("length:100..200", filter(Filter::LengthBetween(100, 200))),
        ("source:news/2024", filter(Filter::Source("news/2024".into()))),
        // Not filters, signs or patterns: words.
        ("12:30", word("12:30")),
        ("https://example.org/a", word("https://example.org/a")),
        ("Label:drug", word("Label:drug")),
        ("and/or", word("and/or")),
        ("-", word("-")),
        ("*", word("*")),
        ("~2", word("~2")),
        ("5\"", word("5\"")),
        // A backslash takes the meaning away.
        (r"\-5", word("-5")),
        (r"a\*", word("a*")),
        (r"label\:drug", word("label:drug")),
        (r"\/etc", word("/etc")),
        (r"C:\temp", word(r"C:\temp")),
    ];
    for (typed, meant) in cases {
        assert_eq!(pieces(typed), [meant], "{typed}");
    }
}

#[test]
fn a_minus_excludes_anything() {
    for typed in ["-word", "-\"two words\"", "-pre*", "-fuzzy~", "-/re/", "-label:drug", "-score:0.1..0.2"] {
        let query = Query::parse(typed).unwrap();
        assert!(query.pieces.len() == 1 && query.pieces[0].excluded, "{typed}");
        assert_eq!(query.to_string(), typed);
    }
    assert!(Query::parse("-word -label:x").unwrap().words().is_empty());
    assert!(Query::parse("label:x -status:draft").unwrap().is_only_filters());
    assert_eq!(Query::parse("a -b \"c d\" e* f~ /g/ label:h").unwrap().words(), "a c d e f");
}

#[test]
fn what_is_not_understood_is_said_with_its_place() {
    let cases = [
        ("ein \"zwei drei", 4, "quotation mark is not closed"),
        ("ä /usr/bin", 2, "slash is not closed"),
        ("\"\"", 0, "nothing stands between"),
        ("//", 0, "nothing stands between"),
        ("/a(b/", 0, "unclosed group"),
        ("/^ab$/", 0, "leave out ^, $"),
        ("/ab+?/", 0, "not a regular expression"),
        ("label:", 6, "without a value"),
        ("status:done", 7, "use pending, draft, submitted or discarded"),
        ("score:high", 6, "score:<0.6"),
        ("score:nan", 6, "not a score"),
        ("length:-3", 7, "not a length"),
        ("length:200..100", 7, "not a length"),
        ("word~5", 0, "at most ~2"),
        ("\"two words\"~2", 0, "a phrase has no ~"),
    ];
    for (typed, at, says) in cases {
        let error = Query::parse(typed).unwrap_err();
        assert_eq!(error.at, at, "{typed}: {error}");
        assert!(error.to_string().contains(says), "{typed}: {error}");
        assert!(!error.to_string().contains('\n'), "{typed}: {error}");
    }
}

#[test]
fn while_somebody_types_the_rest_keeps_its_meaning() {
    let cases = [
        ("beta \"acute my", "beta \"acute my\"*"),
        ("beta /in.*", "beta /in.*/"),
        ("beta /a(b", "beta"),
        ("beta label:", "beta"),
        ("beta label:\"side ef", "beta label:\"side ef\""),
        ("beta status:pen", "beta status:pending"),
        ("beta status:d", "beta"),
        ("beta status:pen now", "beta now"),
        ("beta score:<", "beta"),
        ("beta score:<0.", "beta score:<0"),
        ("beta \"", "beta"),
        ("beta word~7", "beta word~2"),
    ];
    for (typed, meant) in cases {
        assert_eq!(Query::parse_leniently(typed).to_string(), meant, "{typed}");
    }
}

// ---- What is found ----------------------------------------------------------------------------------------------------

#[test]
fn words_are_found_in_all_their_forms_and_more_of_them_first() {
    let library = Library::of(&[
        "The patient has a chronic disease of the liver.",
        "Diseases are treated by a physician.",
        "Liver, liver, liver, liver.",
        "Nothing of the kind.",
    ]);
    assert_eq!(library.find("disease").len(), 2);
    assert_eq!(library.marked("DISEASES")[0], "The patient has a chronic [disease] of the liver.");
    // One text has both words; the one that says one of them four times comes after it.
    assert_eq!(library.find("diseases liver"), [1, 3, 2]);
    assert_eq!(library.find("unheard liver"), [3, 1]);
    assert_eq!(library.find("unheard"), [0; 0]);
    // Two hits are asked for: the total still counts all.
    let (found, total) = library.index.search(&Query::parse("disease liver").unwrap(), 1, None).unwrap();
    assert_eq!((found.len(), found[0].0, total), (1, DocumentId(1), 3));
}

#[test]
fn phrases_stand_in_order_and_as_they_are() {
    let library = Library::of(&[
        "acute myocardial infarction",
        "myocardial acute infarction",
        "It was acute; myocardial damage followed.",
        "The Who are a band. Who are the others?",
    ]);
    assert_eq!(
        library.marked("\"acute myocardial\""),
        ["[acute myocardial] infarction", "It was [acute; myocardial] damage followed."]
    );
    assert_eq!(library.marked("\"acute myo\"*").len(), 2);
    assert_eq!(library.marked("\"myocardial acute inf\"*"), ["[myocardial acute infarction]"]);
    assert_eq!(library.find("\"acute myo\""), [0; 0]);
    // Small words count in phrases.
    assert_eq!(library.marked("\"the who are\""), ["[The Who are] a band. Who are the others?"]);
    assert_eq!(library.find("acute -\"acute myocardial\""), [2]);
}

#[test]
fn beginnings_typing_errors_and_patterns() {
    let library =
        Library::of(&["Insulin pump", "insulins and insulation", "an inuslin, a kinsulin", "IL-6, il-10 and IL6"]);
    assert_eq!(library.marked("insul*"), ["[Insulin] pump", "[insulins] and [insulation]"]);
    assert_eq!(
        library.marked("Insulin~"),
        ["[Insulin] pump", "[insulins] and insulation", "an [inuslin], a [kinsulin]"]
    );
    assert_eq!(library.find("insilim~"), [0; 0]);
    assert_eq!(library.find("insilim~2"), [1]);
    assert_eq!(library.marked(r"/IL-\d+/"), ["[IL-6], [il-10] and IL6"]);
    assert_eq!(
        library.marked("/.*sul.*n/"),
        ["[Insulin] pump", "insulins and [insulation]", "an inuslin, a [kinsulin]"]
    );
    assert_eq!(library.find("insul* -pump"), [2]);
    assert_eq!(library.find("-insul* -/il.*/"), [3]);
    // Must pieces must all be there; the plain word only helps.
    assert_eq!(library.find("insul* pump")[0], 1);
    assert_eq!(library.find("insul* /pu.p/"), [1]);
}

#[test]
fn words_with_signs_in_them() {
    let library = Library::of(&[
        "an e-mail from O'Neill",
        "don’t pay 3.14 €",
        "the SW300-1 engine at 12:30",
        "see https://example.org/a_b?c=d",
        "mail it",
        "U.S.A. and C++",
    ]);
    let cases: [(&str, &[&str]); 16] = [
        ("e-mail", &["an [e-mail] from O'Neill"]),
        ("E-mails", &["an [e-mail] from O'Neill"]),
        ("mail", &["an e-[mail] from O'Neill", "[mail] it"]),
        ("o'neill", &["an e-mail from [O'Neill]"]),
        ("neill", &["an e-mail from O'[Neill]"]),
        ("don't", &["[don’t] pay 3.14 €"]),
        ("3.14", &["don’t pay [3.14] €"]),
        ("SW300-1", &["the [SW300-1] engine at 12:30"]),
        ("sw300", &["the [SW300]-1 engine at 12:30"]),
        ("sw3*", &["the [SW300-1] engine at 12:30"]),
        ("sw301-1~", &["the [SW300-1] engine at 12:30"]),
        ("12:30", &["the SW300-1 engine at [12:30]"]),
        ("example.org", &["see https://[example.org]/a_b?c=d"]),
        ("https://example.org/a_b", &["see [https://example.org/a_b]?c=d"]),
        ("u.s.a", &["[U.S.A]. and C++"]),
        ("e-m*", &["an [e-mail] from O'Neill"]),
    ];
    for (typed, marked) in cases {
        assert_eq!(library.marked(typed), marked, "{typed}");
    }
}

#[test]
fn other_scripts_accents_and_emoji() {
    let library = Library::of(&[
        "東京タワーは高い。",
        "京都に行く",
        "Zürich, Straße, cafe\u{301}s",
        "ok 👨‍👩‍👧 ❤️ 🇩🇪",
        "हिन्दी में",
        "ภาษาไทยง่าย",
        "ДИАБЕТ и диабета",
        "한국어 문서",
    ]);
    let cases: [(&str, &[&str]); 19] = [
        ("東京", &["[東京]タワーは高い。"]),
        ("タワー", &["東京[タワー]は高い。"]),
        ("京", &["東[京]タワーは高い。", "[京]都に行く"]),
        ("京東", &[]),
        ("\"東京タワーは高い\"", &["[東京タワーは高い]。"]),
        ("京*", &["東[京タ]ワーは高い。", "[京都]に行く"]),
        ("zurich", &["[Zürich], Straße, cafe\u{301}s"]),
        ("ZÜRICH", &["[Zürich], Straße, cafe\u{301}s"]),
        ("strasse", &["Zürich, [Straße], cafe\u{301}s"]),
        ("café", &["Zürich, Straße, [cafe\u{301}s]"]),
        ("caf*", &["Zürich, Straße, [cafe\u{301}s]"]),
        ("👨", &["ok [👨‍👩‍👧] ❤️ 🇩🇪"]),
        ("❤", &["ok 👨‍👩‍👧 [❤️] 🇩🇪"]),
        ("🇩🇪", &["ok 👨‍👩‍👧 ❤️ [🇩🇪]"]),
        ("हिन्दी", &["[हिन्दी] में"]),
        ("ไทย", &["ภาษา[ไทย]ง่าย"]),
        ("диабет", &["[ДИАБЕТ] и диабета"]),
        ("диабет*", &["[ДИАБЕТ] и [диабета]"]),
        ("국어", &["한[국어] 문서"]),
    ];
    for (typed, marked) in cases {
        assert_eq!(library.marked(typed), marked, "{typed}");
    }
}

#[test]
fn nothing_asked_nothing_in_it_and_only_exclusions() {
    let library = Library::of(&["one", "two", ""]);
    assert_eq!(library.find(""), [1, 2, 3]);
    assert_eq!(library.find("label:drug"), [1, 2, 3]);
    assert_eq!(library.find("-one"), [2, 3]);
    assert_eq!(library.find("!?"), [0; 0]);
    assert_eq!(library.find("one !?"), [1]);
    assert_eq!(library.find("-!?"), [1, 2, 3]);
    assert_eq!(library.find("-\"two one\""), [1, 2, 3]);
    let none = library.index.search(&Query::parse("one").unwrap(), 0, None).unwrap();
    assert_eq!(none, (Vec::new(), 1));
    let none = library.index.search(&Query::parse("one two").unwrap(), 0, Some(&|_| true)).unwrap();
    assert_eq!(none, (Vec::new(), 2));
}

#[test]
fn filters_of_the_store_say_who_may_be_found() {
    let library = Library::of(&["red fish", "blue fish", "red", "fish"]);
    let odd = |document: DocumentId| document.0 % 2 == 1;
    let (found, total) = library.index.search(&Query::parse("red fish").unwrap(), 10, Some(&odd)).unwrap();
    assert_eq!(found.iter().map(|(d, _)| d.0).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(total, 2);
    let (found, total) = library.index.search(&Query::default(), 1, Some(&odd)).unwrap();
    assert_eq!((found[0].0, total), (DocumentId(1), 2));
}

#[test]
fn five_hundred_identical_texts_and_one_of_a_megabyte() {
    let same = vec!["the same text again"; 500];
    let library = Library::of(&same);
    assert_eq!(library.find("same").len(), 500);
    assert_eq!(library.find("\"same text\" -other").len(), 500);
    let long = "filler words and more ".repeat(50_000) + "needle.";
    let library = Library::of(&[&long, &"x".repeat(1_000_000), &"字".repeat(300_000), &"a.".repeat(300_000)]);
    assert_eq!(library.find("needle"), [1]);
    assert_eq!(highlights(&Query::parse("needle").unwrap(), &long).len(), 1);
    assert_eq!(library.find(&"x".repeat(1000)), [2]);
    assert_eq!(library.find("字字字"), [3]);
    assert_eq!(library.find("a"), [4]);
    let many: Vec<String> = (0..5000).map(|n| format!("w{n}")).collect();
    assert_eq!(library.find(&many.join(" ")), [0; 0]);
    assert_eq!(library.find(&format!("\"{}\"", many.join(" "))), [0; 0]);
}

#[test]
fn a_pattern_that_would_grow_without_bound_is_refused() {
    let library = Library::of(&["one"]);
    let error = Query::parse("/(.*a.{12}){4}/").map(|q| library.index.search(&q, 1, None).map(|_| ()));
    match error {
        Err(error) => assert!(error.to_string().contains("regular expression"), "{error}"),
        Ok(result) => assert!(result.is_ok() || matches!(result, Err(SearchError::Refused(_))), "{result:?}"),
    }
    assert!(Query::parse(r"/(\w{500}){500}/").is_err());
}

// ---- What stands on the disk ------------------------------------------------------------------------------------------

#[test]
fn documents_come_change_and_go() {
    let mut library = Library::of(&["alpha", "beta"]);
    library.index.add(DocumentId(1), 2, "gamma").unwrap();
    library.index.add(DocumentId(3), 1, "first").unwrap();
    library.index.add(DocumentId(3), 2, "second").unwrap();
    library.index.remove(DocumentId(2)).unwrap();
    assert_eq!(library.find("alpha"), [1], "not before the commit");
    library.index.commit().unwrap();
    assert_eq!(library.index.versions().unwrap(), [(DocumentId(1), 2), (DocumentId(3), 2)]);
    for (typed, found) in
        [("alpha", vec![]), ("beta", vec![]), ("gamma", vec![1]), ("first", vec![]), ("second", vec![3])]
    {
        assert_eq!(library.find(typed), found, "{typed}");
    }
    // What was not committed is gone after a kill; what was is there.
    library.index.add(DocumentId(4), 1, "lost").unwrap();
    let dir = library.dir.path().join("words");
    drop(library.index);
    let index = KeywordIndex::open(&dir).unwrap();
    assert_eq!(index.set_aside(), None);
    assert_eq!(index.versions().unwrap(), [(DocumentId(1), 2), (DocumentId(3), 2)]);
}

#[test]
fn only_one_writes_and_the_others_still_search() {
    let mut library = Library::of(&["alpha"]);
    let dir = library.dir.path().join("words");
    let mut other = KeywordIndex::open(&dir).unwrap();
    library.index.add(DocumentId(2), 1, "beta").unwrap();
    let error = other.add(DocumentId(3), 1, "gamma").unwrap_err().to_string();
    assert!(error.contains("another gleaner is writing"), "{error}");
    let beta = Query::parse("beta").unwrap();
    assert_eq!(other.search(&Query::parse("alpha").unwrap(), 9, None).unwrap().1, 1);
    library.index.commit().unwrap();
    assert_eq!(other.search(&beta, 9, None).unwrap().1, 0);
    other.reload().unwrap();
    assert_eq!(other.search(&beta, 9, None).unwrap().1, 1);
    library.index.release().unwrap();
    other.add(DocumentId(3), 1, "gamma").unwrap();
    other.commit().unwrap();
    library.index.reload().unwrap();
    assert_eq!(library.find("gamma"), [3]);
}

#[test]
fn an_index_that_is_damaged_or_of_another_version_is_made_anew() {
    type Damage = (&'static str, fn(&std::path::Path));
    let damages: [Damage; 6] = [
        ("meta.json cut short", |dir| {
            let meta = std::fs::read(dir.join("meta.json")).unwrap();
            std::fs::write(dir.join("meta.json"), &meta[..meta.len() / 2]).unwrap();
        }),
        ("meta.json empty", |dir| std::fs::write(dir.join("meta.json"), "").unwrap()),
        ("segments cut short", |dir| {
            for file in segments(dir) {
                let bytes = std::fs::read(&file).unwrap();
                std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
            }
        }),
        ("segments gone", |dir| segments(dir).iter().for_each(|file| std::fs::remove_file(file).unwrap())),
        ("another schema", |dir| {
            let meta = std::fs::read_to_string(dir.join("meta.json")).unwrap();
            std::fs::write(dir.join("meta.json"), meta.replace("gleaner_plain_1", "gleaner_plain_9")).unwrap();
        }),
        ("a file in its place", |dir| {
            std::fs::remove_dir_all(dir).unwrap();
            std::fs::write(dir, "x").unwrap();
        }),
    ];
    for (damage, apply) in damages {
        let library = Library::of(&["alpha"]);
        let dir = library.dir.path().join("words");
        drop(library.index);
        apply(&dir);
        let mut index = KeywordIndex::open(&dir).unwrap();
        assert!(index.set_aside().is_some(), "{damage}");
        assert!(index.is_empty(), "{damage}");
        index.add(DocumentId(1), 1, "alpha").unwrap();
        index.commit().unwrap();
        assert_eq!(index.search(&Query::parse("alpha").unwrap(), 9, None).unwrap().1, 1, "{damage}");
        drop(index);
        assert_eq!(KeywordIndex::open(&dir).unwrap().set_aside(), None, "{damage}");
    }
}

/// The files of segments.
fn segments(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().path());
    files.filter(|f| f.extension().is_some_and(|e| e == "term" || e == "idx" || e == "fast")).collect()
}

#[test]
fn an_index_that_somebody_writes_to_is_not_removed() {
    let mut library = Library::of(&["alpha"]);
    let dir = library.dir.path().join("words");
    library.index.add(DocumentId(2), 1, "beta").unwrap();
    std::fs::write(dir.join("damaged"), "").unwrap();
    let error = KeywordIndex::open(&dir).unwrap_err().to_string();
    assert!(error.contains("another gleaner is writing"), "{error}");
    assert!(dir.join("meta.json").exists());
    library.index.release().unwrap();
    assert!(KeywordIndex::open(&dir).unwrap().set_aside().is_some());
}

// ---- What is shown of it ----------------------------------------------------------------------------------------------

#[test]
fn a_snippet_shows_most_of_what_was_found() {
    let text = "One insulin at the beginning. Then a long way of nothing at all, and nothing more than that, until \
                insulin and pump, and insulin pumps again, come near the end of the text, which goes on after it.";
    let query = Query::parse("insulin pump").unwrap();
    let shown = snippet(text, &highlights(&query, text), 60);
    assert_eq!(shown.text, "until insulin and pump, and insulin pumps again, come near");
    assert!(shown.before && shown.after);
    let found: Vec<String> =
        shown.found.iter().map(|r| shown.text.chars().skip(r.start).take(r.len()).collect()).collect();
    assert_eq!(found, ["insulin", "pump", "insulin", "pumps"]);
    // A short text is shown whole, and so is the beginning of a long one in which nothing was found.
    let whole = snippet("two\nlines", &[], 60);
    assert_eq!((whole.text.as_str(), whole.before, whole.after), ("two lines", false, false));
    let begin = snippet(text, &[], 30);
    assert_eq!((begin.text.as_str(), begin.before, begin.after), ("One insulin at the beginning.", false, true));
    assert_eq!(snippet("", &[], 60), Default::default());
    // Wide characters take two columns each.
    assert_eq!(snippet(&"東京タワー".repeat(20), &[], 9).text, "東京タワ");
}

// ---- What holds for anything ------------------------------------------------------------------------------------------

/// Something like what people type, and worse.
fn typed() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-c]{1,4}",
        "[-\"*~/\\\\: .<>=0-9]{0,3}",
        Just("label:".to_owned()),
        Just("status:pending".to_owned()),
        Just("score:<0.5".to_owned()),
        Just("length:3..9".to_owned()),
        Just(" ".to_owned()),
        "\\PC{0,4}",
        Just("東京".to_owned()),
        Just("e\u{301}👨‍👩‍👧".to_owned()),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => "[a-c]{1,4}",
        4 => Just(" ".to_owned()),
        1 => "[-'._,;\n]",
        1 => "[東京タワー]{1,3}",
        1 => "\\PC{1,3}",
        1 => prop::sample::select(vec!["é", "e\u{301}", "👨‍👩‍👧", "running", "runs", "ß"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

/// A query whose words have a chance to stand in such texts.
fn query() -> impl Strategy<Value = Query> {
    let word = prop_oneof![
        "[a-c]{1,4}",
        "[a-c]{1,2}[-'.][a-c]{1,2}",
        "[東京タワー]{1,3}",
        prop::sample::select(vec!["é", "👩", "run", "ss"]).prop_map(str::to_owned),
    ];
    let what = (word.clone(), word, 0..7u8).prop_map(|(a, b, kind)| match kind {
        0 => What::Word(a),
        1 => What::Prefix(a),
        2 => What::Fuzzy(a, 1),
        3 => What::Fuzzy(a, 2),
        4 => What::Phrase(format!("{a} {b}")),
        5 => What::PhrasePrefix(format!("{a} {b}")),
        _ => What::Regex(format!("{}.*", a.replace('.', "[.]"))),
    });
    let piece = (what, prop::bool::weighted(0.2)).prop_map(|(what, excluded)| Piece { excluded, what });
    prop::collection::vec(piece, 1..4).prop_map(|pieces| Query { pieces })
}

proptest! {
    #[test]
    fn anything_can_be_typed(typed in typed(), text in text()) {
        let strict = Query::parse(&typed);
        let lenient = Query::parse_leniently(&typed);
        if let Ok(query) = &strict {
            prop_assert_eq!(&Query::parse(&query.to_string()), &Ok(query.clone()));
        }
        prop_assert_eq!(&Query::parse(&lenient.to_string()), &Ok(lenient.clone()));
        let chars: Vec<char> = typed.chars().collect();
        for end in 0..chars.len() {
            Query::parse_leniently(&chars[..end].iter().collect::<String>());
        }
        let found = highlights(&lenient, &text);
        prop_assert!(found.windows(2).all(|two| two[0].end <= two[1].start));
        prop_assert!(found.iter().all(|r| r.start < r.end && r.end <= text.chars().count()));
        for most in [0, 1, 7, 40] {
            let shown = snippet(&text, &found, most);
            let length = shown.text.chars().count();
            prop_assert!(length <= most);
            prop_assert!(shown.found.iter().all(|r| r.start < r.end && r.end <= length));
            prop_assert!(!shown.text.contains('\n'));
            if !found.is_empty() && most == 40 {
                prop_assert!(!shown.found.is_empty());
            }
        }
    }

    #[test]
    fn what_is_meant_can_be_typed(query in query()) {
        prop_assert_eq!(Query::parse(&query.to_string()), Ok(query));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What the index finds is highlighted, and what is highlighted is found, unless something else forbids it.
    #[test]
    fn what_is_found_is_shown(texts in prop::collection::vec(text(), 1..12), queries in prop::collection::vec(query(), 1..12)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let library = Library::of(&texts);
        for query in queries {
            let found = library.answer(&query);
            for (text, number) in texts.iter().zip(1..) {
                let shown = highlights(&query, text);
                let only_exclusions = query.pieces.iter().all(|p| p.excluded);
                if found.contains(&number) && !only_exclusions {
                    prop_assert!(!shown.is_empty(), "{} in {:?}", query, text);
                }
                if query.pieces.len() == 1 && !only_exclusions {
                    prop_assert_eq!(found.contains(&number), !shown.is_empty(), "{} in {:?}", query, text);
                }
            }
        }
    }
}
