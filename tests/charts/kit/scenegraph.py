"""What Vega has drawn, item by item."""


def marks_of(scene: dict, role: str) -> list[dict]:
    """All items of the marks with a role in a scenegraph of Vega's."""
    own = scene.get("items", []) if scene.get("role") == role else []
    return [*own, *(mark for item in scene.get("items", []) for mark in marks_of(item, role))]
