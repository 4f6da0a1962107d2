"""What the stand-in says, in the language it was asked in."""

from __future__ import annotations

FOUND = {
    "en": "I found {count} places in {where}: {names}.",
    "fr": "J'ai trouvé {count} lieux à {where} : {names}.",
    "de": "Ich habe {count} Orte in {where} gefunden: {names}.",
    "es": "He encontrado {count} lugares en {where}: {names}.",
    "it": "Ho trovato {count} luoghi a {where}: {names}.",
    "pt": "Encontrei {count} lugares em {where}: {names}.",
    "ja": "{where}で{count}か所を見つけました：{names}。",
}
NOTHING_FOUND = {
    "en": "I found nothing that fits in {where}.",
    "fr": "Je n'ai rien trouvé qui convienne à {where}.",
    "de": "Ich habe in {where} nichts Passendes gefunden.",
    "es": "No he encontrado nada adecuado en {where}.",
    "it": "Non ho trovato nulla di adatto a {where}.",
    "pt": "Não encontrei nada adequado em {where}.",
    "ja": "{where}では条件に合うものが見つかりませんでした。",
}
UNDERSTOOD = {
    "en": "I understood: {where}, {days} days.",
    "fr": "J'ai compris : {where}, {days} jours.",
    "de": "Ich habe verstanden: {where}, {days} Tage.",
    "es": "He entendido: {where}, {days} días.",
    "it": "Ho capito: {where}, {days} giorni.",
    "pt": "Entendi: {where}, {days} dias.",
    "ja": "{where}に{days}日間ですね。",
}
ASK = {
    "en": "Tell me where you want to go, for how many days, and what you like.",
    "fr": "Dites-moi où vous voulez aller, combien de jours, et ce que vous aimez.",
    "de": "Sag mir, wohin ihr wollt, wie viele Tage und was ihr mögt.",
    "es": "Dime adónde queréis ir, cuántos días y qué os gusta.",
    "it": "Dimmi dove volete andare, per quanti giorni e che cosa vi piace.",
    "pt": "Diga-me para onde querem ir, quantos dias e do que gostam.",
    "ja": "行き先、日数、好きなことを教えてください。",
}
ASKED_FOR = {
    "en": "You asked for it.",
    "fr": "Vous l'avez demandé.",
    "de": "Das habt ihr euch gewünscht.",
    "es": "Lo habéis pedido.",
    "it": "L'avete chiesto.",
    "pt": "Vocês pediram.",
    "ja": "ご希望の場所です。",
}
MATCHES = {
    "en": "Matches what you like: {tag}.",
    "fr": "Correspond à vos goûts : {tag}.",
    "de": "Passt zu dem, was ihr mögt: {tag}.",
    "es": "Va con lo que os gusta: {tag}.",
    "it": "In linea con i vostri gusti: {tag}.",
    "pt": "Combina com o que vocês gostam: {tag}.",
    "ja": "お好みに合います：{tag}。",
}
POPULAR = {
    "en": "One of the places people come for.",
    "fr": "L'un des lieux pour lesquels on vient.",
    "de": "Einer der Orte, für die man herkommt.",
    "es": "Uno de los lugares por los que se viene.",
    "it": "Uno dei luoghi per cui si viene.",
    "pt": "Um dos lugares que fazem valer a viagem.",
    "ja": "人気の場所です。",
}
PLAN = {
    "en": "This is planned so far:",
    "fr": "Voici ce qui est prévu :",
    "de": "Das ist bisher geplant:",
    "es": "Esto es lo planeado hasta ahora:",
    "it": "Ecco che cosa è previsto finora:",
    "pt": "Isto é o que está planejado até agora:",
    "ja": "これまでの予定です：",
}
PLAN_EMPTY = {
    "en": "Nothing is planned yet.",
    "fr": "Rien n'est encore prévu.",
    "de": "Es ist noch nichts geplant.",
    "es": "Todavía no hay nada planeado.",
    "it": "Non è ancora previsto nulla.",
    "pt": "Ainda não há nada planejado.",
    "ja": "まだ予定はありません。",
}
PLACE_UNKNOWN = {
    "en": "I do not know this place.",
    "fr": "Je ne connais pas ce lieu.",
    "de": "Diesen Ort kenne ich nicht.",
    "es": "No conozco ese lugar.",
    "it": "Non conosco questo posto.",
    "pt": "Não conheço este lugar.",
    "ja": "その場所は分かりません。",
}
HOURS = {
    "en": "{name} is open: {hours}.",
    "fr": "{name} est ouvert : {hours}.",
    "de": "{name} hat geöffnet: {hours}.",
    "es": "{name} abre: {hours}.",
    "it": "{name} è aperto: {hours}.",
    "pt": "{name} abre: {hours}.",
    "ja": "{name}の営業時間：{hours}。",
}
HOURS_ON = {
    "en": "{name} is open on {date}: {hours}.",
    "fr": "{name} est ouvert le {date} : {hours}.",
    "de": "{name} hat am {date} geöffnet: {hours}.",
    "es": "{name} abre el {date}: {hours}.",
    "it": "{name} è aperto il {date}: {hours}.",
    "pt": "{name} abre em {date}: {hours}.",
    "ja": "{name}の{date}の営業時間：{hours}。",
}
CLOSED_ON = {
    "en": "{name} is closed on {date}.",
    "fr": "{name} est fermé le {date}.",
    "de": "{name} hat am {date} geschlossen.",
    "es": "{name} cierra el {date}.",
    "it": "{name} è chiuso il {date}.",
    "pt": "{name} fecha em {date}.",
    "ja": "{name}は{date}は休みです。",
}
