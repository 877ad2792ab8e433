//! The processor, and the models: the one that is built in, and the one that the settings name.

use std::time::Instant;

use super::report::Report;
use crate::cli::model;
use crate::config::{Key, Settings};
use crate::gliner::embedded;
use crate::nn::kernels::{Level, available, level};

/// Looks at the processor and opens the models.
pub(super) fn look(report: &mut Report, settings: &Settings) {
    report.section("model");
    let has = [(Level::Avx512, "AVX-512"), (Level::Avx2, "AVX2 with FMA")];
    let has: Vec<&str> = has.into_iter().filter(|(l, _)| available(*l)).map(|(_, name)| name).collect();
    report.fact("processor", if has.is_empty() { std::env::consts::ARCH.to_owned() } else { has.join(", ") });
    report.fact("kernels", format!("{:?}", level()).to_lowercase());
    report.fact("threads", std::thread::available_parallelism().map_or(1, usize::from));
    if embedded::is_whole() {
        report.fact("gleaner-mini hash", "as it was built in");
    } else {
        report
            .problem("the weights in the program are damaged", "install gleaner anew: its file is not what was built");
    }
    let named = settings.model.as_deref().unwrap_or("mini");
    opens(report, "mini");
    if named != "mini" && !opens(report, named) {
        report.fact("named by", settings.origin(Key::Model).to_string());
    }
}

/// Opens a model and says what it is.
fn opens(report: &mut Report, name: &str) -> bool {
    let begun = Instant::now();
    let opened = model::open(name, None, 0).and_then(|model| Ok((model.weights_hash()?.to_owned(), model)));
    match opened {
        Ok((hash, model)) => {
            let hash: String = hash.chars().take(16).collect();
            let took = begun.elapsed().as_millis();
            report.fact(
                name,
                format!("opens in {took} ms: {}, window {} words, weights {hash}…", model.name(), model.window()),
            );
            true
        }
        Err(error) => {
            report.fact(name, "does not open");
            let next = "name `mini` or the folder of a GLiNER model: `model` in the settings, GLEANER_MODEL or --model";
            report.problem(format!("{error:#}"), next);
            false
        }
    }
}
