"""What was filled into a form, read field by field: each fault is kept beside its field."""

from collections.abc import Iterator
from contextlib import contextmanager

from handlers.asking import Hearing, Refusal, Reply
from handlers.form import LONGEST, Filling
from handlers.reading import number_alone, one_line
from models.inquiry import Inquiry

LONGEST_VALUE = 3000


class Unfit(Exception):  # an answer, not a fault
    """What was filled in cannot be used: a reply for each field, by its name ("" for all of it)."""

    def __init__(self, errors: dict[str, Reply]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


@contextmanager
def beside(name: str) -> Iterator[None]:
    """What is refused within is the fault of this field. Raises Unfit."""
    try:
        yield
    except Refusal as refusal:
        raise Unfit({name: refusal.reply}) from refusal


class Filled:
    """The values of a form. What refuses one of them is noted; `check` raises all of it together."""

    def __init__(self, filling: Filling) -> None:
        self.about = filling.about
        self._values = filling.values
        self._errors: dict[str, Reply] = {}

    def line(self, name: str, longest: int = LONGEST) -> str:
        """A field on one line; "" when nothing stands in it."""
        return one_line(str(self._values.get(name) or ""))[:longest]

    def text(self, name: str) -> str:
        """A field as it was written, with its line ends."""
        return str(self._values.get(name) or "").strip()[:LONGEST_VALUE]

    def when(self, name: str) -> str:
        """`name_day` and `name_time` as a time is typed: "2026-03-09 16:30", "2026-03-09", or ""."""
        day, clock = self.line(f"{name}_day"), self.line(f"{name}_time")
        return f"{day} {clock}".strip()

    @contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """Notes, beside this field, why what is read within cannot be."""
        try:
            yield
        except Refusal as refusal:
            self._errors.setdefault(name, refusal.reply)

    def lacks(self, name: str, what: str) -> None:
        """Notes that the field is needed. what: "the customer’s name"."""
        self._errors.setdefault(name, Reply("field_needed", {"what": what}))

    def clash(self, name: str, says: str) -> None:
        """Notes that two fields say different things. says: a whole sentence."""
        self._errors.setdefault(name, Reply("fields_clash", {"says": says}))

    def check(self) -> None:
        """Raises Unfit, when something was noted."""
        if self._errors:
            raise Unfit(self._errors)


def inquiry_of(hearing: Hearing, filling: Filling) -> Inquiry:
    """The inquiry that the form is about; "not yours" is refused with the words of "not found"."""
    return number_alone(hearing, filling.about or "INQ-0", "/inquiry show INQ-1")
