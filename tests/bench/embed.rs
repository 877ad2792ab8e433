//! Texts per second of the embedded embedder. `cargo bench --bench embed` prints the best of five passes on one core and
//! on all; `GLEANER_TEXTS=FILE` takes the lines of a file instead of those of the README.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Instant;

use gleaner::search::embed::Embedder;

fn main() {
    let begin = Instant::now();
    let embedder = Embedder::embedded();
    println!("{} ready in {:.1} ms", embedder.name(), begin.elapsed().as_secs_f64() * 1e3);
    let file = std::env::var_os("GLEANER_TEXTS").unwrap_or_else(|| "README.md".into());
    let read = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = read.lines().filter(|line| !line.is_empty()).collect();
    let texts: Vec<&str> = lines.iter().copied().cycle().take(lines.len().max(100_000)).collect();
    let pieces: usize = lines.iter().map(|text| embedder.rows(text).len()).sum();
    println!("{} texts, {:.1} word pieces each", texts.len(), pieces as f64 / lines.len() as f64);
    let best = |work: &dyn Fn()| {
        let seconds = (0..5).map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed().as_secs_f64()
        });
        texts.len() as f64 / seconds.fold(f64::MAX, f64::min)
    };
    let one = best(&|| texts.iter().for_each(|text| drop(std::hint::black_box(embedder.embed(text)))));
    let all = best(&|| drop(std::hint::black_box(embedder.embed_many(&texts))));
    println!("one core: {one:.0} texts/s; all: {all:.0} texts/s");
}
