"""Slack's modals and App Homes, as somebody in front of them sees and fills them.

What was typed stays as long as a field keeps its block and its action; a new initial value is shown in a new
block alone. Every view is checked against Slack's limits, and is refused where Slack would refuse it.
"""

import json
from typing import Any

from slack_sdk.models.views import View

ELEMENTS = {
    "plain_text_input": ("initial_value", "value"),
    "static_select": ("initial_option", "selected_option"),
    "datepicker": ("initial_date", "selected_date"),
    "timepicker": ("initial_time", "selected_time"),
}


def unfit(view: dict[str, Any]) -> str:
    """What Slack would not take in a view; "" when there is nothing."""
    try:
        View(**view).validate_json()
    except Exception as error:  # noqa: BLE001  # slack_sdk has its own word for each fault
        return str(error) or type(error).__name__
    blocks = view["blocks"]
    ids = [one["block_id"] for one in blocks if "block_id" in one]
    faults = {
        "no blocks": not blocks,
        "two blocks of one id": len(set(ids)) < len(ids),
        "too large": len(json.dumps(view, ensure_ascii=False).encode()) > 250_000,
        "inputs without a button": any(b["type"] == "input" for b in blocks) and "submit" not in view,
        "a home with a title": view["type"] == "home" and "title" in view,
        "an empty text": any(not one for one in _all_texts(view)),
        "a modal without a title": view["type"] == "modal" and not view["title"]["text"],
        **{
            f"block {block.get('block_id')}": _unfit_input(block)
            for block in blocks
            if block["type"] == "input"
        },
    }
    return ", ".join(fault for fault, there in faults.items() if there)


def _all_texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [one for piece in part for one in _all_texts(piece)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") in ("mrkdwn", "plain_text") else []
    return [*own, *(one for piece in part.values() for one in _all_texts(piece))]


def _unfit_input(block: dict[str, Any]) -> bool:
    element = block["element"]
    if not block["label"]["text"] or element["type"] not in ELEMENTS:
        return True
    if element["type"] == "static_select":
        options, picked = element["options"], element.get("initial_option")
        sound = all(0 < len(one["text"]["text"]) <= 75 and 0 < len(one["value"]) <= 150 for one in options)
        return not 0 < len(options) <= 100 or not sound or (picked is not None and picked not in options)
    if element["type"] == "plain_text_input":
        initial, longest = element.get("initial_value", "x"), element["max_length"]
        return not 1 <= longest <= 3000 or not 0 < len(initial.encode("utf-16-le")) // 2 <= longest
    return False


class FakeViews:
    """`open`, `update` and `publish` as Slack does them; `homes` is what each person sees at home."""

    def __init__(self) -> None:
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.published: list[dict[str, Any]] = []
        self.triggers: set[str] = set()
        self.changes = 0

    @property
    def last(self) -> dict[str, Any]:
        """The modal that was opened last."""
        return list(self.views.values())[-1]

    def open(self, told: dict[str, Any]) -> dict[str, Any]:
        if told["trigger_id"] in self.triggers:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if fault := unfit(told["view"]):
            return {"ok": False, "error": "invalid_arguments", "why": fault}
        self.triggers.add(told["trigger_id"])
        return self._shown(f"V{len(self.views) + 1:08}", told["view"], {})

    def update(self, told: dict[str, Any]) -> dict[str, Any]:
        there = self.views.get(told["view_id"])
        if there is None:
            return {"ok": False, "error": "not_found"}
        if told.get("hash") not in (None, there["hash"]):
            return {"ok": False, "error": "hash_conflict"}
        if fault := unfit(told["view"]):
            return {"ok": False, "error": "invalid_arguments", "why": fault}
        return self._shown(there["id"], told["view"], there["state"]["values"])

    def publish(self, told: dict[str, Any]) -> dict[str, Any]:
        if fault := unfit(told["view"]):
            return {"ok": False, "error": "invalid_arguments", "why": fault}
        self.published.append(told)
        self.changes += 1
        view = {**told["view"], "id": f"VH{told['user_id']}", "hash": f"{self.changes}.home"}
        self.homes[told["user_id"]] = view
        return {"ok": True, "view": view}

    def close(self, view_id: str) -> None:
        del self.views[view_id]

    def fill(self, view_id: str, **values: str) -> None:
        """Somebody types or picks; a name is that of a field."""
        view = self.views[view_id]
        for name, value in values.items():
            [block] = [one for one in view["blocks"] if one.get("block_id", "").partition("#")[0] == name]
            kind = block["element"]["type"]
            filled: Any = value or None
            if kind == "static_select":
                filled = next(one for one in block["element"]["options"] if one["value"] == value)
            view["state"]["values"][block["block_id"]]["fill"][ELEMENTS[kind][1]] = filled

    def respond(self, view_id: str, body: dict[str, Any] | None) -> None:
        """What Slack does with a modal by the answer to its submission."""
        if not body:
            self.close(view_id)
        elif body["response_action"] == "update":
            assert self.update({"view_id": view_id, "view": body["view"]})["ok"], unfit(body["view"])
        else:
            blocks = {one["block_id"]: one for one in self.views[view_id]["blocks"] if "block_id" in one}
            assert body["errors"], "an error stands beside a field"
            assert all(blocks[block]["type"] == "input" and said for block, said in body["errors"].items())

    def _shown(self, view_id: str, view: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
        self.changes += 1
        values: dict[str, Any] = {}
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            element = block["element"]
            initial, where = ELEMENTS[element["type"]]
            fresh = {element["action_id"]: {"type": element["type"], where: element.get(initial)}}
            kept = before.get(block["block_id"])
            values[block["block_id"]] = kept if kept and kept.keys() == fresh.keys() else fresh
        shown = {**view, "id": view_id, "hash": f"{self.changes}.modal", "state": {"values": values}}
        self.views[view_id] = shown
        return {"ok": True, "view": json.loads(json.dumps(shown))}


def texts(view: Any) -> str:
    """Every word that a view shows."""
    if isinstance(view, list):
        return "\n".join(filter(None, map(texts, view)))
    if not isinstance(view, dict):
        return ""
    own = [view["text"]] if isinstance(view.get("text"), str) else []
    hidden = ("state", "private_metadata")
    return "\n".join([*own, *filter(None, (texts(one) for key, one in view.items() if key not in hidden))])
