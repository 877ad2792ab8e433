//! The label editor: every change is one step, and keys, screen and suggestions follow at once.

use super::*;
use gleaner::dataset::Label;

fn names(desk: &Desk) -> Vec<&str> {
    desk.model().labels.active().map(|l| l.name.as_str()).collect()
}

fn label<'d>(desk: &'d Desk, name: &str) -> &'d Label {
    desk.model().labels.all().iter().find(|l| l.name == name).unwrap()
}

chapter! {
    fn a_label_is_added_and_suggestions_follow() {
        let mut desk = one("#[met]# [Ada](person?) by [boat](vessel?)");
        assert_eq!(desk.spans(), "met [Ada](person?) by boat");
        desk.keys("e a \"vessel\" Enter");
        assert_eq!(desk.spans(), "met [Ada](person?) by [boat](vessel?)");
        desk.keys("Esc G 5");
        assert_eq!(desk.spans(), "met [Ada](person?) by [boat](vessel)");
    }

    fn a_name_must_be_new_and_something() {
        let mut desk = one("x");
        desk.keys("e a Enter");
        assert!(desk.screen().contains("a label needs a name"));
        desk.keys("\"place\" Enter");
        assert!(desk.screen().contains("there is a label place already"));
        desk.keys("Esc r C-u \"place\" Enter");
        assert!(desk.screen().contains("there is a label place already"));
        desk.keys("C-c Esc");
        assert_eq!(names(&desk), LABELS);
    }

    fn a_label_is_renamed_and_its_spans_with_it() {
        let mut desk = one("#[[Ada](person)]# met [Byron](human?)");
        desk.keys("e Enter C-u \"human\" Enter Esc");
        assert_eq!(desk.spans(), "[Ada](human) met [Byron](human?)");
        desk.keys("e r \"oid\" Enter");
        assert_eq!(names(&desk)[0], "humanoid");
    }

    fn a_label_has_a_description_and_a_prompt() {
        let mut desk = one("#[Ada]# met [Byron](a human being?)");
        desk.keys("e d \"people_with_names\" Enter");
        assert_eq!(label(&desk, "person").description, "people with names");
        desk.keys("p C-u \"a_human_being\" Enter");
        assert_eq!(label(&desk, "person").prompt(), "a human being");
        assert!(desk.screen().contains("reads: a human being"), "{}", desk.screen());
        desk.keys("Esc");
        assert_eq!(desk.spans(), "Ada met [Byron](person?)", "the model reads the prompt, people the name");
        // An empty prompt is the name again.
        desk.keys("e p C-u Enter");
        assert_eq!(label(&desk, "person").prompt, None);
        desk.keys("d Enter");
        assert!(desk.screen().contains("nothing would change"));
    }

    fn an_archived_label_is_offered_no_longer_and_keeps_its_spans() {
        let mut desk = one("#[[Ada](person)]# met [Byron](person?)");
        desk.keys("e x Esc");
        assert_eq!(names(&desk), ["organization", "place", "date"]);
        assert_eq!(desk.spans(), "[Ada](person) met Byron");
        desk.keys("G 1");
        assert_eq!(desk.spans(), "[Ada](person) met [Byron](organization)");
        desk.keys("e a \"person\" Enter");
        assert!(desk.screen().contains("there is an archived label person: bring it back instead"));
        desk.keys("Esc x");
        assert_eq!(names(&desk), LABELS);
    }

    fn a_label_without_spans_is_removed_and_one_in_use_is_archived_instead() {
        let mut desk = one("#[[Ada](person)]# met");
        desk.keys("e j D");
        assert!(desk.screen().contains("Remove organization? No span has it."), "{}", desk.screen());
        desk.keys("y");
        assert_eq!(names(&desk), ["person", "place", "date"]);
        desk.keys("k D");
        assert!(desk.screen().contains("1 span in 1 document by 1 annotator would lose the label person."), "{}", desk.screen());
        desk.keys("n D y");
        assert!(label(&desk, "person").archived);
        assert_eq!(desk.spans(), "[Ada](person) met");
        // Archived and in use: there is nothing more to offer.
        desk.keys("D");
        assert!(desk.said().starts_with("1 span in 1 document by 1 annotator have this label"), "{}", desk.said());
    }

    fn labels_change_places_and_their_keys_with_them() {
        let mut desk = one("#[Ada]# met");
        desk.keys("e J J");
        assert_eq!(names(&desk), ["organization", "place", "person", "date"]);
        desk.keys("K");
        assert_eq!(names(&desk), ["organization", "person", "place", "date"]);
        desk.keys("K K");
        assert_eq!(desk.said(), "it is at the end of the order already");
        desk.keys("J Esc 1");
        assert_eq!(desk.spans(), "[Ada](organization) met");
        assert_eq!(desk.project().labels().unwrap().iter().map(|l| l.name.clone()).collect::<Vec<_>>(), names(&desk));
    }

    fn the_choice_moves_and_stays_inside() {
        let mut desk = one("x");
        desk.keys("e Down Down Up k k k j j j j j j x Esc");
        assert_eq!(names(&desk), ["person", "organization", "place"]);
    }

    fn palette_and_help_over_the_editor_are_the_editors() {
        let mut desk = one("x");
        desk.keys("e ?");
        assert!(desk.screen().contains("give the label another name"), "{}", desk.screen());
        desk.keys("Esc : \"add_label\" Enter \"thing\" Enter");
        assert_eq!(names(&desk).last(), Some(&"thing"));
    }

    fn the_editor_opens_over_the_list_too() {
        let mut desk = one("x");
        desk.keys("g l e a \"thing\" Enter q Enter 5");
        assert_eq!(desk.spans(), "[x](thing)");
    }

    fn labels_that_two_processes_gave_one_place_can_be_moved_too() {
        let mut desk = one("#[Ada]#");
        let mut project = desk.project();
        let id = project.new_label_id().unwrap();
        let label = Label::named(id, "vessel", 3);
        let change = gleaner::store::Change::Label { id, before: None, after: Some(label) };
        let group = gleaner::store::Group { actor: "elsewhere".into(), reason: "add".into(), changes: vec![change] };
        project.commit(&group).unwrap();
        desk.look();
        assert_eq!(names(&desk), ["person", "organization", "place", "date", "vessel"]);
        desk.keys("e j j j j K");
        assert_eq!(names(&desk), ["person", "organization", "place", "vessel", "date"]);
        desk.keys("K");
        assert_eq!(names(&desk), ["person", "organization", "vessel", "place", "date"]);
        desk.keys("u u");
        assert_eq!(names(&desk), ["person", "organization", "place", "date", "vessel"]);
    }
}
