"""Printed letters per second: one letter per PDF, every paragraph of it different from the last one's, two threads. The best of three runs."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from app.letters.pdf import PrintedLetter, letters_pdf

LETTERS, RUNS, THREADS, LIMIT, BAR = 400, 3, 2, 300, 1.0

BODY = """\
Sr. Ministro:

Le escribo para expresarle mi honda preocupación por Aleksandr Pavlov, de 37 años, solicitante de asilo y ciudadano de Kazajistán, que se \
encuentra detenido en Madrid y cuya extradición autorizó el 23 de julio la Audiencia Nacional.

Si se le devuelve a Kazajistán, corre un peligro real de sufrir tortura u otros malos tratos y de ser sometido a un juicio injusto, a causa \
de sus vínculos con un opositor a quien el Reino Unido reconoció como refugiado en 2011.

El derecho internacional prohíbe de manera absoluta devolver a una persona a un país donde correría ese peligro. Las garantías diplomáticas \
no bastan para protegerlo.

Por ello le ruego respetuosamente:
– que no permita la extradición ni ningún otro traslado de Aleksandr Pavlov a Kazajistán;
– que aclare qué medidas ha tomado para que España cumpla su obligación de no devolver a nadie a un país donde corra peligro de tortura.

Soy maestra jubilada de Salamanca y he seguido este caso desde diciembre. Confío en que hará usted lo que es justo.

Agradeciéndole de antemano su atención, lo saluda atentamente,"""


def run() -> list[dict[str, object]]:
    """The measure, as every bench reports it."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(_print, range(-40, 0)))
        value = max(_rate(pool, run * LETTERS) for run in range(RUNS))
    ratio = round(value / LIMIT, 3)
    return [
        {"name": "pdf_letters", "value": round(value, 1), "unit": "letters/s", "limit": LIMIT, "ratio": ratio, "bar": BAR, "holds": ratio >= BAR},
    ]


def _rate(pool: ThreadPoolExecutor, first: int) -> float:
    start = time.perf_counter()
    list(pool.map(_print, range(first, first + LETTERS)))
    return LETTERS / (time.perf_counter() - start)


def _print(number: int) -> int:
    name = f"María Fernández Ortiz {number}"
    letter = PrintedLetter(
        language="es",
        sender_lines=(name, "Salamanca", "España"),
        address_lines=("Sr. Ministro de Justicia", "Ministerio de Justicia", "Calle de la Bolsa 8", "28012 Madrid", "España"),
        place_and_date="Salamanca, 20 de agosto de 2013",
        subject=f"Aleksandr Pavlov: peligro de tortura en caso de extradición ({number})",
        paragraphs=tuple(f"{text[:-1]} {number}{text[-1]}" for text in BODY.split("\n\n")),
        signature=name,
        note="UA 101/26",
    )
    return len(letters_pdf([letter], title=letter.subject, made_at=datetime(2013, 8, 20, tzinfo=UTC)))
