"""Which page of a list is shown, whatever an address asks for."""


def read_page(asked: str, total: int, *, size: int) -> tuple[int, int]:
    """The page to show, and how many there are; past the end it is the last."""
    pages = max(1, -(-total // size))
    # Python reads no number of thousands of digits.
    number = int(asked[:9]) if asked.isascii() and asked.isdigit() else 1
    return min(max(1, number), pages), pages
