//! A frozen gold set in words: the same on the screen and on the command line.

use crate::store::GoldSet;

/// Lines about a set: how much there is, when it was frozen, and how far a score on it can be trusted.
pub fn gold_set_lines(set: &GoldSet) -> Vec<String> {
    let n = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let mut parts = vec![n(set.documents, "document"), n(set.spans, "span")];
    match set.blind {
        0 => {}
        blind if blind >= set.documents => parts.push("annotated blind".into()),
        blind => parts.push(format!("{blind} annotated blind")),
    }
    if set.bulk > 0 {
        parts.push(format!("{} accepted in bulk", n(set.bulk, "span")));
    }
    let mut lines = vec![parts.join(" · ")];
    if let Some(frozen) = &set.frozen {
        let since = match set.corrected {
            0 => "not corrected since".to_owned(),
            documents => format!("{} corrected since", n(documents, "document")),
        };
        lines.push(format!("frozen by {} on {} · {since}", frozen.actor, moment(frozen.at)));
    }
    lines.extend(prefilled_words(set.spans, set.prefilled.iter().map(|(model, n)| (model.as_str(), *n))));
    lines
}

/// `this gold was prefilled by gleaner-mini in 83 % of its spans: its score is flattered`, a sentence for each model;
/// nothing when no span began as a suggestion.
pub fn prefilled_words<'m>(spans: u64, prefilled: impl IntoIterator<Item = (&'m str, u64)>) -> Vec<String> {
    let sentence = |(model, n): (&str, u64)| {
        let share = (n as f64 * 100.0 / spans as f64).clamp(0.0, 100.0);
        // Less than a half is not nothing.
        let share = if share < 0.5 { "less than 1".to_owned() } else { format!("{share:.0}") };
        format!("this gold was prefilled by {model} in {share} % of its spans: its score is flattered")
    };
    prefilled.into_iter().filter(|(_, n)| *n > 0 && spans > 0).map(sentence).collect()
}

/// A moment in milliseconds since 1970 as `2026-11-24 15:30 UTC`. (Days to dates: Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", `civil_from_days`.)
pub fn moment(milliseconds: i64) -> String {
    let minutes = milliseconds.div_euclid(60_000);
    let (day, minute) = (minutes.div_euclid(1440), minutes.rem_euclid(1440));
    // Years begin in March, so that the leap day comes last; eras are of 400 years.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{of_month:02} {:02}:{:02} UTC", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Frozen, GroupId};

    #[test]
    fn moments_have_dates() {
        assert_eq!(moment(0), "1970-01-01 00:00 UTC");
        assert_eq!(moment(951_782_400_000), "2000-02-29 00:00 UTC");
        assert_eq!(moment(1_795_534_200_000), "2026-11-24 15:30 UTC");
        assert_eq!(moment(-60_000), "1969-12-31 23:59 UTC");
    }

    #[test]
    fn a_set_says_how_far_it_can_be_trusted() {
        let set = GoldSet {
            documents: 3,
            spans: 12,
            blind: 1,
            bulk: 2,
            prefilled: vec![("gleaner-mini".into(), 10)],
            frozen: Some(Frozen { group: GroupId(1), actor: "ada".into(), at: 0 }),
            corrected: 1,
            ..GoldSet::default()
        };
        assert_eq!(
            gold_set_lines(&set),
            [
                "3 documents · 12 spans · 1 annotated blind · 2 spans accepted in bulk",
                "frozen by ada on 1970-01-01 00:00 UTC · 1 document corrected since",
                "this gold was prefilled by gleaner-mini in 83 % of its spans: its score is flattered",
            ]
        );
        assert_eq!(prefilled_words(1000, [("m", 1)]).len(), 1);
        assert!(prefilled_words(1000, [("m", 1)])[0].contains("less than 1 %"));
        assert!(prefilled_words(0, [("m", 0)]).is_empty());
    }
}
