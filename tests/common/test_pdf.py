"""Documents for print carry their Chinese font, and data can never be read as a command."""

import io

from pypdf import PdfReader

from common import pdf


def test_a_document_has_its_text_and_its_font(tmp_path, monkeypatch):
    template = tmp_path / "probe.typ"
    shared = tmp_path / "common"
    shared.mkdir()
    (shared / "sheet.typ").write_text((pdf.TEMPLATES / "common" / "sheet.typ").read_text("utf-8"), "utf-8")
    template.write_text(
        '#import "/common/sheet.typ": *\n'
        "#let data = json(bytes(sys.inputs.data))\n"
        "#show: body => sheet(data, body)\n"
        "#heading-line(data.title)\n#data.name\n",
        "utf-8",
    )
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)
    made = pdf.render("probe.typ", {"title": "网格点标签", "name": '#panic("x") $y$ [建材厂]'})
    reader = PdfReader(io.BytesIO(made))
    text = reader.pages[0].extract_text()
    assert "网格点标签" in text
    assert "panic" in text
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert any("NotoSansCJK" in str(font.get_object()["/BaseFont"]) for font in fonts.values())
