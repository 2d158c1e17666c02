"""Who answers whom in one post, read from its texts alone (docs/replies.md): records in, signs out, nothing else.

Python and not SQL, because planning thirty queries costs DuckDB a quarter of a second for a page without any comment,
and because rules about the words around a name are easier to read here. What is a join stays in queries/.
"""

from .section import Sign, signs_of
from .texts import Text

__all__ = ["Sign", "Text", "signs_of"]
