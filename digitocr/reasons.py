"""The closed list of reasons for which a value is not accepted, or was changed: `reason_code` of the output.

Standard library only: the ground floor.
"""

from typing import Literal

ReasonCode = Literal[
    "",
    "low_confidence",
    "readers_disagree",
    "unlike_training",
    "touches_edge",
    "struck_out",
    "several_numbers",
    "too_small",
    "blurred",
    "format_mismatch",
    "rule_changed",
    "rule_violated",
    "digit_or_sign",
    "sender_address",
    "no_ink",
    "no_digits",
    "not_this_form",
    "cut_off",
    "too_much_on_the_page",
    "timed_out",
    "unreadable_file",
    "text_layer_differs",
    "unlike_verified",
    "uncertified",
    "quality_sample",
]
SettledBy = Literal["", "person", "double_entry"]
Origin = Literal["ink", "text_layer", "form_field"]

MEANINGS: dict[ReasonCode, str] = {
    "": "accepted as it was read",
    "low_confidence": "less sure than the threshold",
    "readers_disagree": "two readers read different digits",
    "unlike_training": "the writing is unlike what the networks learned from",
    "touches_edge": "ink touches the edge of the picture or the field: part of the number may lie outside",
    "struck_out": "the number or its field is struck out",
    "several_numbers": "part of a longer number, or more than one number",
    "too_small": "too few pixels to tell digits apart",
    "blurred": "too blurred to tell digits apart",
    "format_mismatch": "what is written does not have the format that was asked for, or not without it",
    "rule_changed": "a rule of the template chose another value than was read",
    "rule_violated": "no likely values satisfy a rule of the template",
    "digit_or_sign": "a character may be a digit or a sign, such as 1 and /",
    "sender_address": "a postal code where senders write theirs",
    "no_ink": "nothing is written there",
    "no_digits": "what is there holds no number",
    "not_this_form": "the page is none of the forms",
    "cut_off": "the field lies partly outside the page",
    "too_much_on_the_page": "more numbers on the page than are read",
    "timed_out": "reading the page took too long",
    "unreadable_file": "the file or page cannot be read",
    "text_layer_differs": "the text stored in the file says otherwise than its ink",
    "unlike_verified": "the writing is unlike what a person has verified",
    "uncertified": "no certificate covers the reading",
    "quality_sample": "chosen at random for a person to check",
}
