"""Words of the audit log: what was done, to what, and the details a person can read."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext

from app.auth import can
from app.web import meanings
from app.web.words import stage_words
from editorial.audit import AuditEntry
from editorial.people.permissions import Action

_ = lazy_gettext

VERBS: dict[str, Any] = {
    "add_account": _("added an official account"), "lose_right": _("lost a right on the platform"),
    "change_secret": _("changed the AppSecret of an account"), "change_callback": _("changed the callback keys of an account"),
    "change_mailbox": _("changed the submission mailbox"),
    "change_reception": _("changed what an application takes in"),
    "name_robot_chat": _("said which group a smart robot's chat is"),
    "change_letter_box": _("changed the letter box of an account"), "add_auto_reply": _("added an auto reply"),
    "remove_auto_reply": _("removed an auto reply"), "extend_submission": _("added to a submission"),
    "add_group": _("opened a group"), "change_group": _("changed a group"), "move_group": _("moved a group in the tree"),
    "close_group": _("closed a group"), "write_charter": _("wrote a group's charter"),
    "transfer_customer_groups": _("passed customer groups on in WeCom"),
    "begin_departure": _("passed on what a person held"), "hand_over": _("handed over to a successor"),
    "settle_hand_over": _("saw to something that was handed over"),
    "join_group": _("joined a group"), "leave_group": _("left a group"), "remove_member": _("ended a membership"),
    "end_membership_by_rule": _("ended a membership by rule"), "ask_admission": _("asked to join a group"),
    "refuse_admission": _("did not let somebody into a group"),
    "withdraw_admission_request": _("took back a request to join a group"),
    "expire_admission_request": _("let a request to join a group run out"),
    "delete_admission_evidence": _("deleted the evidence of a request"),
    "change_admission_rule": _("changed who may join a group"), "invite_to_group": _("made an invitation to a group"),
    "revoke_group_invitation": _("took an invitation to a group back"), "change_group_role": _("changed the role sheet of a group"),
    "save_group_template": _("made a template of a group"),
    "say_stage": _("said how a group fares"), "answer_group_review": _("answered a group's review"),
    "answer_playbook": _("answered what the playbook proposed"), "finish_group_task": _("did a task of a group"),
    "change_playbook": _("changed the playbook"),
    "add_join_code": _("made a join code"), "change_join_code": _("changed a join code"),
    "remove_join_code": _("removed a join code"),
    "look_at_customer_groups": _("had the customer groups of WeCom read"),
    "end_looking_at_customer_groups": _("had the customer groups of WeCom read no more"),
    "promise_spotlight": _("put somebody in the light of a group"), "cancel_spotlight": _("took a spotlight back"),
    "plan_flash_group": _("planned a flash group"), "open_flash_group": _("opened a flash group"),
    "close_flash_group": _("closed a flash group"),
    "begin_tier_rule": _("put a rule for tiers in force"), "end_tier_rule": _("ended a rule for tiers"),
    "move_by_tier_rule": _("moved somebody by a rule for tiers"),
    "add_tag": _("added a tag for groups"), "rename_tag": _("renamed a tag of groups"),
    "remove_tag": _("took a tag of groups away"),
    "change_groups": _("changed several groups at once"), "undo_group_change": _("took a change of several groups back"),
    "reopen_group": _("took a group up again"), "set_connector": _("set a connector"),
    "add_connector": _("added a connector"), "prefer_connector": _("preferred a connector"),
    "mark_connector": _("let calls go through a connector"), "unmark_connector": _("let no calls go through a connector"),
    "switch_connector_on": _("switched a connector on"), "switch_connector_off": _("switched a connector off"),
    "remove_connector": _("took a connector away"),
    "change_group_kind": _("changed what a kind of group brings with it"),
    "change_group_habit": _("set what a group hears"),
    "test_connector": _("sent a test line"), "add_person": _("added a person"), "set_roles": _("changed roles"),
    "deactivate_person": _("ended access"), "reactivate_person": _("gave access again"), "set_password": _("set a password"),
    "set_second_factor": _("set up a second proof"), "remove_second_factor": _("took a second proof away"),
    "renew_recovery_codes": _("made new recovery codes"), "use_recovery_code": _("used a recovery code"),
    "miss_second_factor": _("typed too many wrong codes"),
    "correct_person": _("corrected a person's name, address or department"),
    "add_sign_in_way": _("added a way to sign in"), "change_sign_in_way": _("changed a way to sign in"),
    "open_sign_in_way": _("offered a way to sign in again"), "close_sign_in_way": _("no longer offered a way to sign in"),
    "join_identity": _("joined an account elsewhere to a person"), "part_identity": _("parted an account elsewhere from a person"),
    "ask_author_status": _("asked for the next step as an author"),
    "grant_author_status": _("granted the next step as an author"), "refuse_author_status": _("refused the next step as an author"),
    "add_directory": _("added a directory"), "apply_directory": _("brought people up to date from a directory"),
    "create_token": _("made an API token"), "revoke_token": _("revoked an API token"),
    "save_theme": _("saved a theme"), "retire_theme": _("took a theme out of the choice"),
    "restore_theme": _("put a theme back into the choice"),
    "change_setting": _("changed a setting"), "hold": _("paused a target"), "release_hold": _("lifted a pause"),
    "hand_in": _("handed in"), "accept_submission": _("adopted a submission"),
    "return_submission": _("returned a submission"), "decline_submission": _("declined a submission"),
    "bank_submission": _("put a submission into the story bank"), "join_submission": _("joined a submission with another"),
    "release_submission": _("parted a joined submission"), "undo_decision": _("took a decision on a submission back"),
    "unmake": _("took an adoption back"),
    "withdraw_submission": _("withdrew a submission"), "write": _("began an article"), "save": _("saved an article"),
    "take_charge": _("took charge of an article"), "submit": _("sent for review"), "claim_stage": _("took a review stage"),
    "recuse": _("stepped aside from a review"), "escalate_stage": _("told the next above that a stage is late"),
    "declare_emergency": _("had an article go out in haste"), "end_emergency": _("ended the haste of an article"),
    "name_substitute": _("named a substitute"), "end_substitution": _("ended a substitution"),
    "change_route": _("changed a review route"), "describe_route": _("changed who takes a review route"),
    "pass_on": _("approved, on to the next stage"), "proof": _("approved, on to proof"), "sign_off": _("signed off"),
    "return": _("returned from review"), "reject": _("rejected"), "reopen": _("reopened the review"),
    "schedule": _("scheduled an article"), "unschedule": _("unscheduled an article"), "publish": _("published"),
    "withdraw": _("withdrew an article"), "correct": _("corrected"), "take_down": _("took down"),
    "plan_edition": _("planned an edition"), "rearrange_edition": _("rearranged an edition"),
    "schedule_edition": _("scheduled an edition"), "unschedule_edition": _("unscheduled an edition"),
    "address_edition": _("said whom an edition reaches"), "preview_edition": _("showed an edition on a phone"),
    "cancel_edition": _("gave an edition up"), "retry_delivery": _("had a delivery tried again"),
    "resolve_delivery": _("decided an unknown outcome"), "confirm_delivery": _("confirmed a delivery"),
    "open_comments": _("opened the reader comments"), "close_comments": _("closed the reader comments"),
    "elect_comment": _("featured a reader comment"), "unelect_comment": _("no longer featured a reader comment"),
    "reply_comment": _("answered a reader comment"), "delete_reply": _("took an answer to a reader comment away"),
    "report": _("reported something"), "decide_case": _("decided a case"), "propose_decision": _("proposed a heavier penalty"),
    "second_decision": _("agreed to a heavier penalty"), "refuse_second": _("gave a case back"), "appeal": _("appealed"),
    "decide_appeal": _("decided an appeal"), "impose_penalty": _("imposed a penalty"), "lift_penalty": _("lifted a penalty"),
    "publish_convention": _("published a version of the convention"),
    "delete_comment": _("deleted a reader comment"), "make_submission_of_comment": _("made a story of a reader comment"),
    "ask_waiver": _("asked for a waiver"), "grant_waiver": _("let a finding pass"),
    "refuse_waiver": _("did not let a finding pass"),
    "mark_fact": _("marked a fact"), "source_fact": _("gave the source of a fact"), "drop_fact": _("took the mark off a fact"),
    "add_rule": _("added a rule"), "change_rule": _("changed a rule"),
    "pitch": _("pitched a topic"), "change_topic": _("changed a topic"), "vote": _("voted on a topic"),
    "discuss_topic": _("began to discuss a topic"), "approve_topic": _("approved a topic"), "shelve_topic": _("shelved a topic"),
    "reject_topic": _("rejected a topic"), "take_up_topic": _("took a topic up again"), "assign_topic": _("assigned a topic"),
    "begin_topic": _("began to work on a topic"), "give_back_topic": _("gave a topic back to the pool"),
    "finish_topic": _("finished a topic"), "offer_assignment": _("asked somebody to write"),
    "accept_assignment": _("accepted an assignment"), "decline_assignment": _("declined an assignment"),
    "cancel_assignment": _("took an assignment back"), "postpone_assignment": _("changed a deadline"),
    "deliver_assignment": _("delivered an assignment"), "add_column": _("began a column"), "change_column": _("changed a column"),
    "retire_column": _("took a column out of the choice"), "restore_column": _("put a column back into the choice"),
    "plan_article": _("said what an article is for"), "plan_output": _("said what a group means to bring out"),
    "annotate": _("wrote a remark on a passage"), "resolve_annotation": _("settled a remark"),
    "reopen_annotation": _("took a remark up again"), "suggest": _("suggested changes"),
    "take_suggestions": _("took suggested changes"), "refuse_suggestions": _("refused suggested changes"),
    "name_revision": _("named a version"), "embargo": _("put an article under embargo"), "lift_embargo": _("lifted an embargo"),
    "declare_ai": _("declared the use of AI"), "take_back_ai": _("took a declaration of AI back"),
    "note_rights": _("noted the rights of a picture or story"), "note_consent": _("noted a consent"),
    "withdraw_consent": _("withdrew a consent"), "settle_rights": _("settled a loss of rights"),
    "open_story_call": _("opened a call for stories"), "close_story_call": _("ended a call for stories"),
    "give_call_more_time": _("moved the deadline of a call for stories"),
    "answer_story_call": _("handed in for a call"), "send_call_summary": _("sent the summary of a call"),
    "ask_take_down": _("asked for a take-down"), "freeze_sharing": _("held the link back from groups"),
    "lift_freeze": _("let the link go to groups again"), "propose_correction": _("proposed a correction"),
    "sign_correction": _("signed a correction"), "drop_correction": _("dropped a correction"),
    "choose_console_settings": _("chose what is set by hand in the console"),
    "tick_console_setting": _("ticked a setting of the console"), "give_link": _("gave a link back"),
    "switch_canary": _("switched the daily look at the platform's rules"), "restore": _("restored a backup"),
    "change_notice_channel": _("changed a way of notices"), "remove_notice_channel": _("took a way of notices away"),
    "send_review_link": _("sent a link to a review"), "use_review_link": _("decided by a link"),
    "revoke_review_link": _("withdrew a link to a review"), "make_feed": _("made a feed of the calendar"),
    "end_feed": _("ended a feed of the calendar"), "put_planned_item": _("put a plan into the calendar"),
    "move_planned_item": _("moved a plan in the calendar"), "strike_planned_item": _("struck a plan off the calendar"),
    "write_day": _("wrote on a day of the calendar"), "strike_day": _("took something off the calendar"),
    "set_zone": _("set a zone of their own"),
    "recall_message": _("took a message back"), "remind_owner": _("reminded the owner of customer groups"),
    "cancel_mass_send": _("cancelled a mass send into customer groups"),
    "write_welcome": _("wrote a welcome message"), "remove_welcome": _("took a welcome message away"),
    "settle_welcome": _("settled what became of a welcome message"),
    "write_chat_rule": _("wrote a rule against spam"), "remove_chat_rule": _("took a rule against spam away"),
    "settle_chat_rule": _("settled what became of a rule against spam"),
    "allow_chat_rules": _("allowed rules against spam through an application"),
    "end_chat_rules": _("ended new rules against spam through an application"),
    "add_application": _("added a platform application"), "change_application": _("changed a platform application"),
    "begin_circle": _("opened a writing circle"), "describe_circle": _("changed a writing circle"),
    "close_circle": _("closed a writing circle"), "pause_circle": _("put a holiday pause into a writing circle"),
    "end_circle_pause": _("ended a holiday pause of a writing circle"), "join_circle": _("came into a writing circle"),
    "take_back_into_circle": _("took somebody back into a writing circle"), "leave_circle": _("left a writing circle"),
    "leave_circle_by_rule": _("is out of a writing circle by its rule"),
    "give_circle_break": _("has a round off in a writing circle"), "hand_in_to_circle": _("handed in to a writing circle"),
    "comment_in_circle": _("commented in a writing circle"),
    "wake_application": _("took a platform application up again"), "rest_application": _("let a platform application rest"),
}
THINGS: dict[str, Any] = {
    "topic": _("Topic"), "column": _("Column"),
    "article": _("Article"), "submission": _("Submission"), "edition": _("Edition"), "delivery": _("Delivery"),
    "mailbox": _("Submission mailbox"),
    "group": _("Group"), "person": _("Person"), "account": _("Official account"), "target": _("Paused target"),
    "review_route": _("Review route"), "sign_in_way": _("Way to sign in"), "directory": _("Directory"),
    "author_request": _("Request of an author"), "application": _("Platform application"),
    "house": _("House setting"), "case": _("Case"), "convention": _("Convention"), "theme": _("Theme"), "rule": _("Rule"),
    "circle": _("Writing circle"), "playbook": _("Playbook"), "tier_rule": _("Rule for tiers"),
    "asset": _("Picture"), "planned_item": _("Plan in the calendar"), "special_day": _("Day of the calendar"),
    "story_call": _("Call for stories"),
    "tag": _("Tag"), "bulk_change": _("Change of several groups"), "assignment": _("Assignment"), "stage": _("Review stage"),
}
OUTCOMES: dict[str, Any] = {
    "sent": _("it went out"), "not_sent": _("it did not go out"), "drop": _("dropped"),
    "go_on": _("Goes on as it is"), "change": _("Goes on changed"), "close": _("Is closed"),
}
PLAIN = ("number", "name", "slug", "reason", "text")
"""Details that are words already."""


def details_of(entry: AuditEntry) -> str:
    """The details of an entry that say something to a person."""
    said = [str(entry.details[key]) for key in PLAIN if entry.details.get(key)]
    if entry.details.get("stage"):
        said.insert(0, stage_words(entry.details["stage"]))
    if entry.details.get("outcome"):
        said.insert(0, meanings.word_of(OUTCOMES, entry.details["outcome"]))
    if entry.details.get("emergency"):
        said.insert(0, gettext("In haste"))
    if entry.details.get("revision"):
        said.append(gettext("version %(number)s", number=entry.details["revision"]))
    if entry.details.get("publish_at"):
        said.append(str(entry.details["publish_at"]).replace("T", " ")[:16])
    return " · ".join(said)


def address_of(entry: AuditEntry) -> str | None:
    """Where the thing of an entry can be seen, when this person may."""
    if entry.thing_id is None:
        return None
    places = {
        "article": ("trail.article", "article_id", Action.SEE_ARTICLE),
        "edition": ("calendar.edition", "edition_id", Action.SEE_EDITIONS),
        "delivery": ("deliveries.delivery", "delivery_id", Action.SEE_DELIVERIES),
        "person": ("settings.person", "person_id", Action.MANAGE_PEOPLE),
        "story_call": ("story_calls.call", "call_id", Action.SEE_DESK),
        "case": ("cases.case", "case_id", Action.MODERATE),
    }
    if entry.thing not in places:
        return None
    endpoint, name, right = places[entry.thing]
    return url_for(endpoint, **{name: entry.thing_id}) if can(right) else None
