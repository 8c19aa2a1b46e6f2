"""Dossiers and workbooks for the tests of this folder."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import workbooks
from common.workbooks import Filled
from grids import dossiers
from grids.dossiers import Content
from grids.models import Grid, Site, SiteVersion
from grids.queries.dossiers import contents, open_sites
from grids.sitebooks import sheets

CREDIT_CODE = "91350100M000100Y43"  # the example of GB 32100-2015
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MAIN: dict[str, Any] = {
    "kind": "enterprise",
    "risk": "key",
    "address": "新港街道岗李中心街12号",
    "lon": "113.850000",
    "lat": "34.520000",
    "contact_name": "王建国",
    "contact_phone": "13800000000",
    "credit_code": CREDIT_CODE,
    "industry": "建材厂",
    "surveyed_on": "2026-03-01",
    "remarks": "",
}
PARTS: dict[str, list[dict[str, str]]] = {
    "sources": [{"kind": "dust", "name": "原料堆场", "pollutants": "颗粒物", "outlet": "无组织排放"}],
    "permits": [
        {
            "kind": "discharge_permit",
            "number": "91350100M000100Y43001Q",
            "issued_by": "市生态环境局",
            "valid_from": "2024-01-01",
            "valid_until": "2028-12-31",
        }
    ],
    "facilities": [
        {"name": "布袋除尘器", "treats": "dust", "process": "风量 20000 m³/h", "state": "running"}
    ],
}


def full(parts: Mapping[str, Any] | None = None, **main: Any) -> Content:
    """A dossier with something in every field, some of it said otherwise."""
    return dossiers.made(MAIN | main, PARTS | dict(parts or {}))


def said(grid: Grid) -> Content:
    return contents([grid.pk])[grid.pk]


def version(grid: Grid) -> int:
    return Site.objects.values_list("version", flat=True).get(pk=grid.pk)


def kept(grid: Grid) -> list[tuple[int, Content]]:
    """Every version on record."""
    return list(SiteVersion.objects.filter(site_id=grid.pk).values_list("number", "content"))


def book(
    sites: Sequence[Mapping[str, Any]], parts: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
) -> bytes:
    """A workbook with these rows, by the keys of columns; sheets not named are not there."""
    filled = [Filled(sheets.SITES, [[row.get(c.key) for c in sheets.SITES.columns] for row in sites])]
    for key, rows in (parts or {}).items():
        sheet = sheets.SHEETS[key]
        filled.append(Filled(sheet, [[row.get(c.key) for c in sheet.columns] for row in rows]))
    return workbooks.write(filled)


def exported(grid: Grid) -> bytes:
    """The workbook of the sites below a grid."""
    sites = list(open_sites(grid.pk))
    return workbooks.write(sheets.filled(sites, contents(site.pk for site in sites)))


def row(grid: Grid, **more: Any) -> dict[str, Any]:
    """A row that names a site and changes nothing else."""
    return {"code": grid.code, "name": grid.name} | more


def upload(content: bytes, name: str = "sites.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def reader(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)
