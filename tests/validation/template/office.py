"""LibreOffice without a screen: a workbook is opened, values are typed into its cells, and it is saved again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path

SOFFICE = shutil.which("soffice")
MAX_SECONDS = 180

# Typed through the dispatcher as by hand: the format of the cell and its validation are asked.
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Typing" script:language="StarBasic">
Sub TypeIn(source As String, entries As String, target As String)
  Dim where(0) As New com.sun.star.beans.PropertyValue
  Dim what(0) As New com.sun.star.beans.PropertyValue
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, Array())
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  lines = createUnoService("com.sun.star.io.TextInputStream")
  lines.setInputStream(files.openFileRead(ConvertToURL(entries)))
  lines.setEncoding("UTF-8")
  Do While Not lines.isEOF()
    entry = Split(lines.readLine(), Chr(9))
    If UBound(entry) = 2 Then
      document.CurrentController.setActiveSheet(document.Sheets.getByName(entry(0)))
      where(0).Name = "ToPoint"
      where(0).Value = entry(1)
      dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:GoToCell", "", 0, where())
      what(0).Name = "StringName"
      what(0).Value = entry(2)
      dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:EnterString", "", 0, what())
    End If
  Loop
  lines.closeInput()
  kind(0).Name = "FilterName"
  kind(0).Value = "Calc MS Excel 2007 XML"
  document.storeToURL(ConvertToURL(target), kind())
  document.close(True)
  StarDesktop.terminate()
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Typing"/></library:library>
"""


def type_in(source: Path, entries: Iterable[tuple[str, str, str]], target: Path, home: Path) -> None:
    """Opens a workbook, types texts into cells (title of the sheet, address, text) and saves it as another .xlsx file.

    `home` is a folder of its own for the program's profile. Raises TimeoutExpired where the program waits for somebody.
    """
    # The first start lays out the profile, and would lay its own library over another.
    office(home, "--terminate_after_init")
    library = home / "user" / "basic" / "Standard"
    (library / "Typing.xba").write_text(MACRO, encoding="utf-8")
    (library / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    listed = home / "entries.txt"
    listed.write_text("\n".join("\t".join(entry) for entry in entries), encoding="utf-8")
    office(home, f'macro:///Standard.Typing.TypeIn("{source}","{listed}","{target}")')


def office(home: Path, *arguments: str) -> None:
    """Runs LibreOffice with a profile of its own until it ends; it and what it started are stopped after a while."""
    assert SOFFICE is not None
    command = [SOFFICE, f"-env:UserInstallation={home.as_uri()}", "--headless", "--norestore", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as started:
        try:
            started.wait(MAX_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise
