//! `gleaner completions`, `gleaner man`, `--version`, and what every `--help` has.

use super::Home;

/// Every command, and those under it, as a person types them.
fn commands() -> Vec<Vec<String>> {
    let home = Home::new();
    let listed = |path: &[String]| -> Vec<String> {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let help = home.ok(&args).out;
        let Some((_, rest)) = help.split_once("Commands:\n") else { return Vec::new() };
        let lines = rest.lines().take_while(|l| l.starts_with("  "));
        // Lines further in go on with what the one above says.
        lines
            .filter(|l| !l.starts_with("   "))
            .map(|l| l.split_whitespace().next().unwrap().to_owned())
            .filter(|c| c != "help")
            .collect()
    };
    let mut all = Vec::new();
    for command in listed(&[]) {
        let under = listed(std::slice::from_ref(&command));
        all.push(vec![command.clone()]);
        all.extend(under.into_iter().map(|c| vec![command.clone(), c]));
    }
    assert!(all.len() >= 18, "{all:?}");
    all
}

#[test]
fn every_help_fits_its_lines_and_has_an_example_that_is_understood() {
    let home = Home::new();
    home.ok(&["--help"]).prints("Exit codes: 0 done; 1").prints("--plain").prints("gleaner.toml in the project");
    for command in commands() {
        let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let help = home.ok(&args).out;
        let example =
            help.lines().find_map(|l| l.strip_prefix("Example: ")).unwrap_or_else(|| panic!("{command:?}: {help}"));
        assert!(
            example.contains(&format!("gleaner {}", command.join(" "))) || command.len() == 1,
            "{command:?}: {example}"
        );
        assert!(help.lines().all(|l| l.chars().count() <= 100), "{command:?}: {help}");
    }
}

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.ok(&["completions", shell]).out;
        for word in ["doctor", "--plain", "quantize", "save-as"] {
            assert!(script.contains(word.trim_start_matches("--")), "{shell}: {word}");
        }
    }
    home.run(&["completions", "csh"]).ends(2).says("csh");
}

#[test]
fn bash_completes_a_command_and_a_flag() {
    let home = Home::new();
    let script = home.ok(&["completions", "bash"]).out;
    let ask = format!(
        "{script}\nCOMP_WORDS=(gleaner doct); COMP_CWORD=1; _gleaner gleaner doct gleaner; echo \"${{COMPREPLY[@]}}\"\n\
         COMP_WORDS=(gleaner doctor --ver); COMP_CWORD=2; _gleaner gleaner --ver doctor; echo \"${{COMPREPLY[@]}}\"\n"
    );
    let Ok(bash) = std::process::Command::new("bash").args(["-c", &ask]).output() else {
        eprintln!("SKIPPED: there is no bash here");
        return;
    };
    let said = String::from_utf8_lossy(&bash.stdout).into_owned();
    assert!(said.starts_with("doctor\n") && said.contains("--verify"), "{said} {bash:?}");
}

#[test]
fn the_manual_is_printed_or_a_page_a_command_is_written() {
    let home = Home::new();
    home.ok(&["man"]).prints(".TH gleaner 1").prints("Exit codes");
    home.ok(&["man", "pages/man1"]).says("pages/man1");
    for command in commands() {
        let page = home.read(&format!("pages/man1/gleaner-{}.1", command.join("-")));
        assert!(
            page.contains(&format!(".TH gleaner-{} 1", command.join("-"))) && page.contains("Example"),
            "{command:?}"
        );
    }
    home.file("taken", "");
    home.run(&["man", "taken"]).ends(2).says("taken");
}

#[test]
fn the_version_is_one_line_or_all_that_is_built_in() {
    let home = Home::new();
    let short = format!("gleaner {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(home.ok(&["-V"]).out, short);
    let long = home.ok(&["--version"]);
    assert!(long.out.starts_with(&short), "{long:?}");
    for line in ["model: gleaner-mini", "kernels: ", "sqlite: 3.", "target: "] {
        assert!(long.out.contains(&format!("\n{line}")), "{line}: {long:?}");
    }
}
