//! How far an annotator is, in words: the same on the screen and on the command line.

use crate::dataset::LabelId;
use crate::store::AnnotatorTally;

/// A stretch of time as people say it: `41 s`, `12 min`, `2 h 10 min`.
pub fn spent(seconds: u64) -> String {
    let minutes = (seconds + 30) / 60;
    match seconds {
        0..=99 => format!("{seconds} s"),
        _ if minutes < 60 => format!("{minutes} min"),
        _ if minutes.is_multiple_of(60) => format!("{} h", minutes / 60),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// Lines about one annotator: documents; spans and decisions; time; the share of each label. `documents` is how many the
/// project has; what there is nothing of has no line.
pub fn progress_lines(tally: &AnnotatorTally, documents: u64, name: impl Fn(LabelId) -> String) -> Vec<String> {
    let blind = if tally.blind > 0 { format!(" ({} blind)", tally.blind) } else { String::new() };
    let mut lines = vec![format!(
        "{} submitted{blind} · {} draft · {} discarded · {} left",
        tally.submitted,
        tally.draft,
        tally.discarded,
        tally.left(documents)
    )];
    let spans = tally.spans();
    if spans + tally.decisions() > 0 {
        lines.push(work(tally));
    }
    if tally.seconds > 0 {
        lines.push(time(tally, documents));
    }
    if spans > 0 {
        let mut labels = tally.labels.clone();
        labels.sort_by_key(|(label, n)| (std::cmp::Reverse(*n), *label));
        let share = |(label, n): &(LabelId, u64)| format!("{} {:.0} %", name(*label), *n as f64 * 100.0 / spans as f64);
        lines.push(labels.iter().map(share).collect::<Vec<_>>().join(" · "));
    }
    lines
}

fn work(tally: &AnnotatorTally) -> String {
    let spans = tally.spans();
    let mut parts = vec![format!("{spans} span{}", if spans == 1 { "" } else { "s" })];
    let decided = [
        (tally.accepted, "accepted"),
        (tally.rejected, "rejected"),
        (tally.relabelled, "relabelled"),
        (tally.rebounded, "re-bounded"),
        (tally.bulk, "of these in bulk"),
    ];
    parts.extend(decided.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
    parts.join(" · ")
}

fn time(tally: &AnnotatorTally, documents: u64) -> String {
    let mut parts = vec![format!("{} active", spent(tally.seconds))];
    if let (Some(each), Some(pace)) = (tally.seconds_per_document(), tally.per_hour()) {
        parts.push(format!("{} a submitted document", spent(each.round() as u64)));
        parts.push(format!("{pace:.0} an hour"));
    }
    match tally.seconds_left(documents) {
        Some(0) => {}
        Some(left) => parts.push(format!("about {} left", spent(left))),
        None if tally.left(documents) > 0 => parts.push("too few to say how long the rest takes".into()),
        None => {}
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_said_as_people_say_it() {
        let said = [0, 99, 100, 3569, 3570, 3600 * 2 + 600].map(spent);
        assert_eq!(said, ["0 s", "99 s", "2 min", "59 min", "1 h", "2 h 10 min"]);
    }

    #[test]
    fn the_pace_comes_from_documents_whose_time_is_known_and_the_rest_from_three_of_them() {
        let mut tally =
            AnnotatorTally { submitted: 10, seconds: 140, timed: 2, timed_seconds: 120, ..Default::default() };
        let lines = |t: &AnnotatorTally| progress_lines(t, 16, |l| format!("label {}", l.0));
        assert_eq!(
            lines(&tally)[1],
            "2 min active · 60 s a submitted document · 60 an hour · too few to say how long the rest takes"
        );
        (tally.timed, tally.timed_seconds) = (4, 240);
        assert!(lines(&tally)[1].ends_with("about 6 min left"), "{:?}", lines(&tally));
        tally.labels = vec![(LabelId(1), 1), (LabelId(2), 3)];
        assert_eq!(lines(&tally).last().map(String::as_str), Some("label 2 75 % · label 1 25 %"));
    }
}
