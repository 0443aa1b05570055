"""Words in the user's language, looked up by their English text at the moment when they are shown.

Every text that a person sees is a literal in one of two calls, by which `resources/translations/collect.py` finds it:
`tr` where it is shown at once, `mark` where it is kept for later (a table, an enumeration) and goes through `tr` then.
What varies stands in it as named fields, so that a translation may have them in another order.
"""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from nvc_studio.assets import asset

CONTEXT = "studio"


def mark(text: str) -> str:
    """`text` itself, which is thereby known to translators."""
    return text


def tr(text: str, /, count: int | None = None, **values: object) -> str:
    """`text` in the user's language, its fields filled with `values` by `str.format`.

    `count` fills the field of that name and chooses between singular and plural. Braces are fields only where there are
    values. Any thread may call it, with an application or without. Raises KeyError for a field without a value.
    """
    if not text:
        return ""
    shown = QCoreApplication.translate(CONTEXT, text, None, -1 if count is None else count)
    if count is not None:
        values["count"] = count
    return shown.format(**values) if values else shown


def install_translators(application: QCoreApplication, locale: QLocale, folder: Path | None = None) -> bool:
    """Have texts come out in the first of the user's languages for which there is `studio_<language>.qm` in `folder`
    (default: the one that ships), and Qt's own texts with them. Returns whether there is one.

    English needs none, so a language that the user likes less than English is not taken; nor are Qt's texts alone.
    """
    folder = folder or asset("translations")
    folder_of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for language in locale.uiLanguages():
        if language.split("-")[0] == "en":
            return False
        studio, of_qt = QTranslator(application), QTranslator(application)
        if studio.load(f"studio_{language.replace('-', '_')}", str(folder)):
            application.installTranslator(studio)
            if of_qt.load(QLocale(language), "qtbase", "_", folder_of_qt):
                application.installTranslator(of_qt)
            return True
    return False
