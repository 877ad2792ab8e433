//! Settings in their layers: `config.toml`, the project's `gleaner.toml`, `GLEANER_*`, flags; a later one wins.

use serde_json::Value;

use super::{Home, Ran, fixture_model};

/// What `gleaner doctor` says a setting is, and where it came from.
fn told(home: &Home, name: &str, variable: Option<(&str, &str)>, flags: &[&str]) -> (String, String) {
    let mut command = home.command(&[&["doctor", "p", "--json"], flags].concat());
    command.envs(variable);
    let told: Value = serde_json::from_str(&Ran::of(command.spawn().unwrap()).out).unwrap();
    let setting = &told["sections"]["settings"][name];
    let part = |part: &str| setting[part].as_str().unwrap_or_else(|| panic!("{name}: {told:#}")).to_owned();
    (part("value"), part("from"))
}

#[test]
fn each_setting_comes_from_the_strongest_layer_that_has_it() {
    // Name, variable, flag; the default; the value in each layer.
    let table = [
        ("model", "GLEANER_MODEL", "--model", "mini", ["\"m1\"", "\"m2\"", "m3", "m4"]),
        ("threshold", "GLEANER_THRESHOLD", "--threshold", "0.5", ["0.1", "0.2", "0.3", "0.4"]),
        ("keymap", "GLEANER_KEYMAP", "--keymap", "default", ["\"vim\"", "\"arrows\"", "default", "vim"]),
        ("theme", "GLEANER_THEME", "--theme", "auto", ["\"light\"", "\"dark\"", "light", "dark"]),
        ("color", "GLEANER_COLOR", "--color", "auto", ["256", "\"none\"", "16", "true"]),
        ("mouse", "GLEANER_MOUSE", "--mouse", "false", ["true", "false", "true", "false"]),
    ];
    for (name, variable, flag, default, [file, project, env, given]) in table {
        let home = Home::with_project(&[]);
        // Folders of models are named from the folder of the file.
        let model = |folder: &str, value: &str| match name {
            "model" => home.path(folder).join(value.trim_matches('"')).to_string_lossy().into_owned(),
            _ => value.trim_matches('"').to_owned(),
        };
        assert_eq!(told(&home, name, None, &[]), (default.into(), "default".into()), "{name}");
        home.file("config/gleaner/config.toml", format!("# mine\n{name} = {file}\n"));
        let from = format!("{}:2", home.path("config/gleaner/config.toml").display());
        assert_eq!(told(&home, name, None, &[]), (model("config/gleaner", file), from), "{name}");
        home.file("p/gleaner.toml", format!("{name} = {project}"));
        let in_project = if name == "model" { "p/m2".to_owned() } else { model("p", project) };
        assert_eq!(told(&home, name, None, &[]), (in_project.clone(), "p/gleaner.toml:1".into()), "{name}");
        assert_eq!(
            told(&home, name, Some((variable, "")), &[]).0,
            in_project,
            "{name}: an empty variable says nothing"
        );
        assert_eq!(told(&home, name, Some((variable, env)), &[]), (env.into(), variable.into()), "{name}");
        assert_eq!(told(&home, name, Some((variable, env)), &[flag, given]), (given.into(), flag.into()), "{name}");
    }
}

#[test]
fn who_annotates_is_never_the_projects_to_say() {
    let home = Home::with_project(&[]);
    assert_eq!(told(&home, "annotator", None, &[]), ("ada".into(), "USER".into()));
    home.file("config/gleaner/config.toml", "annotator = \"bea\"");
    assert_eq!(told(&home, "annotator", None, &[]).0, "bea");
    let variable = Some(("GLEANER_ANNOTATOR", "cy"));
    assert_eq!(told(&home, "annotator", variable, &[]), ("cy".into(), "GLEANER_ANNOTATOR".into()));
    assert_eq!(told(&home, "annotator", variable, &["--as", "dan"]), ("dan".into(), "--as".into()));
    home.file("p/gleaner.toml", "\nannotator = \"eve\"");
    for args in [&["p"][..], &["p", "--plain"], &["suggest", "p"]] {
        home.run(args).ends(2).says("p/gleaner.toml:2: annotator is who you are, not what the project is");
    }
    home.run(&["doctor", "p"]).ends(1).prints("p/gleaner.toml:2: annotator is who you are").prints("next: ");
}

#[test]
fn what_is_unknown_is_an_error_with_its_place() {
    let home = Home::with_project(&["brand"]);
    home.ok(&["add", "p", "Omega sells."]);
    for (file, text, said) in [
        (
            "config/gleaner/config.toml",
            "\ncolour = \"256\"",
            "config.toml:2: there is no setting 'colour'; there are annotator, model",
        ),
        (
            "config/gleaner/config.toml",
            "theme = \"pink\"",
            "config.toml:1: there is no theme 'pink'; did you mean 'dark'? There are auto, dark, light",
        ),
        (
            "config/gleaner/config.toml",
            "keymap = \"emacs\"",
            "config.toml:1: there is no keymap 'emacs'; there are default, vim, arrows",
        ),
        (
            "p/gleaner.toml",
            "thresold = 0.2",
            "p/gleaner.toml:1: there is no setting 'thresold'; there are model, threshold",
        ),
        ("p/gleaner.toml", "[run]\nhook = \"sh\"", "p/gleaner.toml:1: there is no setting 'run'"),
        ("p/gleaner.toml", "keymap = \"../own\"", "p/gleaner.toml:1: keymap '../own' is not a name"),
        ("p/gleaner.toml", "model = \"/etc\"", "p/gleaner.toml:1: model '/etc' is not inside the project's folder"),
        ("p/gleaner.toml", "model = \"../x\"", "p/gleaner.toml:1: model '../x' is not inside the project's folder"),
    ] {
        home.file(file, text);
        home.run(&["p"]).ends(2).says(said);
        home.run(&["doctor", "p"]).ends(1).prints(said).prints("next: ");
        std::fs::remove_file(home.path(file)).unwrap();
    }
    for (variable, value, said) in [
        ("GLEANER_COLOR", "pink", "GLEANER_COLOR: color 'pink' is none of auto, true, 256, 16, none"),
        ("GLEANER_THRESHOLD", "high", "GLEANER_THRESHOLD: threshold high is not a number"),
        ("GLEANER_CONFIG", "missing.toml", "GLEANER_CONFIG: there is no file missing.toml"),
        ("GLEANER_LOG", "loud", "GLEANER_LOG: 'loud' is none of off, error"),
    ] {
        let mut command = home.command(&["p", "--plain"]);
        Ran::of(command.env(variable, value).spawn().unwrap()).ends(2).says(said);
    }
    home.run(&["p", "--mouse", "maybe"]).ends(2).says("--mouse: mouse 'maybe' is none of true, false");
    let mut doctor = home.command(&["doctor"]);
    Ran::of(doctor.env("GLEANER_TRESHOLD", "0.3").spawn().unwrap())
        .ends(1)
        .prints("GLEANER_TRESHOLD is set, but is no variable");
}

#[test]
fn a_projects_settings_hold_and_are_told() {
    let home = Home::with_project(&["person"]);
    home.ok(&["add", "p", "Ada met Bob."]);
    std::fs::create_dir_all(home.path("p/models/own")).unwrap();
    for entry in std::fs::read_dir(fixture_model("span_bert")).unwrap() {
        let from = entry.unwrap().path();
        std::fs::copy(&from, home.path("p/models/own").join(from.file_name().unwrap())).unwrap();
    }
    home.file("p/gleaner.toml", "model = \"models/own\"\nthreshold = 0.05\n");
    let taken = "model p/models/own, threshold 0.05";
    home.pipe("", &["p", "--plain"]).ends(0).prints(&format!("set by the project's gleaner.toml: {taken}\n"));
    home.ok(&["doctor", "p"]).prints(&format!("{taken}  (p/gleaner.toml)"));
    let told = home.ok(&["suggest", "p", "--json"]).says(&format!("note: set by p/gleaner.toml: {taken}")).json();
    assert_ne!(told[0]["run"], "gleaner-mini", "the project's own model ran");
    // The person's word is stronger.
    let told = home.ok(&["suggest", "p", "--json", "--model", "mini"]).json();
    assert_eq!(told[0]["run"], "gleaner-mini");
}

#[test]
fn a_settings_file_that_is_none_does_not_hang() {
    let home = Home::with_project(&[]);
    let made = std::process::Command::new("mkfifo").arg(home.path("p/gleaner.toml")).status();
    if !made.is_ok_and(|s| s.success()) {
        eprintln!("SKIPPED: no pipe can be made here");
        return;
    }
    home.run(&["p", "--plain"]).ends(2).says("gleaner.toml: is not a settings file");
}

#[test]
fn settings_do_what_they_say() {
    let home = Home::with_project(&["brand"]);
    let vim = home.ok(&["keys", "--keymap", "vim"]).out;
    assert_ne!(vim, home.ok(&["keys"]).out);
    home.file("config/gleaner/config.toml", "keymap = \"vim\"\nthreshold = 0.95\n");
    assert_eq!(home.ok(&["keys"]).out, vim);
    let ask = ["suggest", "--text", "Rolex opened in Bern.", "--label", "brand"];
    home.ok(&ask).prints("Rolex opened in Bern.\n");
    home.ok(&[&ask[..], &["--threshold", "0.5"]].concat()).prints("[Rolex](brand 0.");
}
