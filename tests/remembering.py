"""A door out that can be asked what it said, as Slack can: it looks before it repeats itself."""

from scheduler.letter import Letter, Receipt
from tests.seeded import Recorder


class Remembering(Recorder):
    """A doubtful letter is found by its key, or by a letter that held all its words."""

    looks = True

    async def send(self, letter: Letter) -> Receipt:
        if letter.doubtful and any(self._same(letter, one) for one in self.said):
            self.letters.append(letter)
            return Receipt("found", letter.template)
        return await super().send(letter)

    @staticmethod
    def _same(letter: Letter, said: Letter) -> bool:
        return letter.key == said.key or bool(letter.says and set(letter.says) <= set(said.says))
