"""Headers of a usual length are read once, long ones each time: what they mean is not kept."""

import tracemalloc

from graph.http import media


def test_long_headers_are_not_kept() -> None:
    reads = (media.response_type, media.wants_html, media.is_json_request)
    for read in reads:
        read("application/json")
    tracemalloc.start()
    try:
        for n in range(20):
            header = f"application/json, made-up/{n}" + "x" * 100_000
            assert media.response_type(header) == media.JSON
            assert not media.wants_html(header)
            assert not media.is_json_request(header)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 200_000
