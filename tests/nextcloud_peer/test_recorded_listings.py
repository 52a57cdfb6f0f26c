"""PROPFIND, SEARCH and REPORT on the recorded 300 folders."""

from tests.nextcloud_peer import chantiers
from tests.nextcloud_peer.conftest import FILES
from tests.nextcloud_peer.player import Player


async def test_listings_are_as_recorded(player: Player) -> None:
    chantiers.fill(player.peer)
    player.peer.write("par1/r1-1.bin", bytes(5_000_000))

    differences = await player.play(
        "propfind_dav_depth1_nobody_300",
        "propfind_depth0_root_allprop",
        "propfind_legacy_depth1_nobody_300",
        "propfind_404",
        "propfind_allprop",
        "propfind_bad_xml",
        "propfind_brief_t",
        "propfind_dav_depth1_fullprops_300",
        "propfind_dav_depth1_min_300",
        "propfind_dav_depth1_service_300",
        "propfind_depth0_folder_fullprops",
        "propfind_depth_infinity",
        "propfind_legacy_depth1_fullprops_300",
        "propfind_no_depth_header",
        "propfind_noslash",
        "propfind_prefer_minimal",
        "propfind_propname",
        "options_dav",
        "propfind_file_depth1",
        "propfind_gzip",
        "propfind_paginate_header",
        "propfind_if_none_match_etag",
    )

    assert differences == []


async def test_searches_are_as_recorded(player: Player) -> None:
    """Also what is odd: depth ignored, one result eaten by the scope, an empty where is a 500."""
    chantiers.fill(player.peer)

    differences = await player.play(
        "search_300_iscollection",
        "search_300_lastmod_desc_limit10",
        "search_300_like2024",
        "search_300_name_desc_limit10_depth_infinity",
        "search_300_name_desc_limit10_mime",
        "search_300_nolimit",
        "search_300_offset10",
        "search_300_gte",
        "search_like_ci_accent",
        "search_likeprefix",
        "search_wrong_ctype",
        "options_search",
        "report_filter_favorite",
        "report_filter_none",
        "search_bad_scope",
        "search_empty_where",
        "search_full_href",
        "search_on_files_url",
        "search_absolute_no_remote",
        "search_legacy_webdav",
    )
    await player.do("MKCOL", f"{FILES}/Chantiers/20250923_Martinez/zzz_sub")
    differences += await player.play(
        "search_depth0_with_subfolder",
        "search_depth1_with_subfolder",
        "search_depthinf_with_subfolder",
        "search_firstresult_searchdav_ns",
        "search_firstresult_searchdav_ns5",
    )

    assert differences == []
