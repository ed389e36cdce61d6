#!/usr/bin/python3
"""Makes the fonts of the PDF reports: Liberation Serif (metric-compatible with
Times New Roman, which Vietnamese official documents are set in), cut down to
Latin with Vietnamese. The licence (OFL) wants another name for what is changed.

    apt install fonts-liberation2 fonttools && ./make.py
"""
import subprocess
from fontTools.ttLib import TTFont

SOURCE = "/usr/share/fonts/truetype/liberation2/LiberationSerif-%s.ttf"
RANGES = "U+0020-007E,U+00A0-017F,U+01A0-01A1,U+01AF-01B0,U+0300-0303,U+0309,U+0323,U+1EA0-1EF9,U+2010-2015,U+2018-201F,U+2022,U+2026,U+2032-2033,U+20AB,U+2190-2193,U+2212,U+2248,U+2264-2265,U+FFFD"
NAME = "Commune Report Serif"

for style in ("Regular", "Bold", "Italic"):
    out = style.lower() + ".ttf"
    subprocess.run(["pyftsubset", SOURCE % style, "--unicodes=" + RANGES, "--no-hinting", "--layout-features=", "--name-IDs=*",
                    "--notdef-outline", "--output-file=" + out], check=True)
    font = TTFont(out)
    for record in font["name"].names:
        text = {1: NAME, 3: NAME + " " + style, 4: NAME + " " + style, 6: NAME.replace(" ", "") + "-" + style, 16: NAME}.get(record.nameID)
        if text:
            record.string = text
    font.save(out)
