"""Messages that mean much the same, for staff who read many."""

import threading
from typing import Any

from sklearn.cluster import AgglomerativeClustering

from hjalpsam.nlu.encoder import SentenceEncoder, Vector, as_encoded

LIKE = 0.09  # cosine distance within a group: of 200 lines of tests/voices, three of four grouped ones belong there


class Likeness:
    """Groups items whose texts mean much the same; remembers their vectors, in memory only."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        """Anybody may ask from any thread; one at a time is answered."""
        self._encoder = encoder
        self._vectors: dict[int, Vector] = {}
        self._lock = threading.Lock()

    def groups(self, items: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """The items in groups, the largest first."""
        with self._lock:
            new = [item for item in items if item["id"] not in self._vectors]
            vectors = self._encoder.encode_many([as_encoded(item["text"]) for item in new], cores=1)
            known = {**self._vectors, **{item["id"]: vector for item, vector in zip(new, vectors, strict=True)}}
            self._vectors = {item["id"]: known[item["id"]] for item in items}
            return _grouped(items, list(self._vectors.values()))


def _grouped(items: list[dict[str, Any]], vectors: list[Vector]) -> list[list[dict[str, Any]]]:
    if len(items) < 2:
        return [items] if items else []
    clustering = AgglomerativeClustering(n_clusters=None, distance_threshold=LIKE, affinity="cosine", linkage="average")
    groups: dict[int, list[dict[str, Any]]] = {}
    for item, label in zip(items, clustering.fit_predict(vectors), strict=True):
        groups.setdefault(int(label), []).append(item)
    return sorted(groups.values(), key=len, reverse=True)
