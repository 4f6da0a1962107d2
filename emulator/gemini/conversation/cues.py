"""The words by which a traveller's wish is known, in seven languages; folded, whole words, Japanese anywhere."""

from __future__ import annotations

from typing import Final

from emulator.gemini.text import phrase

VOTE: Final = phrase(
    r"(?:let'?s |let us |we (?:should |could )?|start a |open a |make a )?(?:vote|poll)(?: on| about| between)?|"
    r"(?:stimmen? wir |lasst? uns |wir )?ab ?stimm\w*|stimmen? wir(?: daruber)? ab|(?:eine )?(?:abstimmung|umfrage)|"
    r"votons|voter|(?:un )?(?:vote|sondage)|votemos|votar|(?:una )?(?:votacion|encuesta)|votiamo|votare|"
    r"(?:una )?(?:votazione|sondaggio)|(?:vamos )?votar|(?:uma )?(?:votacao|enquete)|"
    r"(?:で|を|の)?(?:投票|多数決)(?:しよう|して|したい|を|で|に)?(?:ください|始めて)?|アンケート"
)
BETWEEN: Final = phrase(r"between|zwischen|entre|tra|fra|どちら|どっち")
REMOVE: Final = phrase(
    r"remove|delete|drop|cancel|take out|get rid of|streich\w*|entfern\w*|losch\w*|nimm(?=.*raus)|raus|"
    r"supprime[rz]?|retire[rz]?|enleve[rz]?|annule[rz]?|quita[rd]?|elimina[rd]?|borra[rd]?|saca[rd]?|togli(?:ere|amo)?|rimuovi|rimuovere|elimina|"
    r"remove[r]?|remova|tira[r]?|apaga[r]?|"
    r"(?:を|は)?(?:削除|外し|消し|取り消し|取り消|やめ)(?:して|て|よう|たい|ましょう|る)?(?:ください|ほしい)?"
)
MOVE: Final = phrase(
    r"move|shift|postpone|reschedule|bring forward|verschieb\w*|verleg\w*|deplace[rz]?|decale[rz]?|reporte[rz]?|"
    r"mueve|mueva|mover|cambia[rd]?|traslada[rd]?|pasa[rd]?(?=.* (?:a|al) )|sposta(?:re|te)?|mova|mude|"
    r"muda[r]?|adia[r]?|(?:を|は)?(?:移動|移し|動かし|ずらし|変更)(?:して|て|よう|たい)?(?:ください|ほしい)?"
)
ADD: Final = phrase(
    r"add|include|put|insert|(?:hin)?zu(?:zu)?fug\w*|fuge|hinzu|nimm(?=.*auf)|auf(?:zu)?nehmen|ajoute[rz]?|rajoute[rz]?|mets|mettez|inclus|"
    r"anad[aeio]\w*|agreg[au]\w*|incluye|incluir|pon(?:ed)?|aggiung\w+|inserisci|metti|adicion[ae]r?|acrescent[ae]r?|"
    r"inclu[ia]r?|coloca|let'?s (?:go to|visit|see)|"
    r"(?:を|も)?(?:追加|加え|入れ)(?:して|て|よう|たい)?(?:ください|ほしい)?|を?入れて(?:ください)?"
)
WANT: Final = phrase(
    r"(?:i|we)(?:'d| would)? (?:like|want|love) to (?:see|visit|go to)|(?:ich|wir) (?:mochten?|wollen|will|wurden?)|"
    r"(?:je|nous|on) (?:voudr\w+|aimer\w+|veux|veut|voulons) (?:voir|visiter|aller)|"
    r"(?:quiero|queremos|(?:me|nos) gustaria) (?:ver|visitar|ir)|(?:quero|gostaria\w*) (?:de )?(?:ver|visitar|ir)|"
    r"(?:vorrei|vorremmo|vogliamo) (?:vedere|visitare|andare)|(?:に|へ)?行きたい(?:です)?|(?:を|が)?見たい(?:です)?"
)
"""What somebody wants to see; with a day it is to be added to that."""
SEEING: Final = phrase(r"sehen|besuchen|besichtigen|gern(?:e)?")
AS_IDEA: Final = phrase(
    r"as an idea|to the ideas|als idee|zu den ideen|comme idee|aux idees|como idea|a las ideas|come idea|alle idee|"
    r"como ideia|as ideias|アイデア(?:として|に)|候補に"
)
_DAY = r"(?:the |our |my |whole |trip|a |den |die |ganzen? |unseren? |le |la |notre |el |il |o |nuestro |nosso )*"
_WHAT_TO_DO = (
    r"what (?:could|can|shall|should) (?:we|i) do|what to do|que (?:peut-on|pouvons-nous|pourrait-on|faire)(?: faire)?|"
    r"was (?:konnen|konnten|sollen) wir (?:\w+ ){0,4}(?:machen|unternehmen|tun)|que (?:podemos|podriamos) hacer|"
    r"(?:che )?cosa (?:possiamo|potremmo) fare|o que (?:podemos|poderiamos) fazer|何(?:ができ|をし(?:よう|たら))"
)
SUGGEST: Final = phrase(
    rf"{_WHAT_TO_DO}|"
    r"suggest\w*|recommend\w*|ideas for|schlag\w*|vorschlag\w*|empfiehl\w*|empfehl\w*|suggere\w*|conseille\w*|"
    r"sugiere\w*|sugerencias?|recomienda\w*|recomendaciones|suggerisci|suggerimenti|consiglia\w*|sugere\w*|sugestoes|"
    r"recomenda\w*|おすすめ|お勧め"
)
ARRANGE: Final = phrase(
    r"optimi[sz]\w*|fill|rearrange|"
    rf"plan(?= {_DAY}(?:day|\n|first|second|third|next|weekend|mon|tues|wednes|thurs|fri|satur|sun|tomorrow|today|rest|"
    rf"trip|everything|20\d\d|for))|"
    r"plane|planst|planen|verplane|fulle|planifie[rz]?|organise[rz]?|remplis|planifica[rd]?|organiza[rd]?|llena|"
    r"pianifica(?:re)?|organizza(?:re)?|riempi|planeja[r]?|planeie|preenche|"
    r"(?:を|の)?計画(?:を立て|し)て(?:ください)?|(?:を)?最適化(?:して)?(?:ください)?|埋めて(?:ください)?"
)
CHANGES: Final = phrase(
    r"what(?:'s| is| has| have)? (?:been )?(?:changed|new|happened)|who (?:changed|added|removed|moved)|"
    r"(?:latest|recent|last) changes|what (?:did|has|have|was|were) .{0,40}(?:add|remove|move|change|delete)d?|history|"
    r"was (?:hat|haben|wurde) .{0,40}(?:hinzugefugt|entfernt|verschoben|gestrichen)|"
    r"qu'(?:a|ont|est-ce qu).{0,40} ?(?:ajoute|supprime|retire|deplace)|"
    r"que (?:ha|han|se ha) (?:anadido|quitado|movido)|(?:追加|削除|移動|変更)(?:した|された)|"
    r"geandert|anderungen|was (?:ist|gibt es) neue?s?|passiert|a change|(?:derniers )?changements|modifie|"
    r"modifications|(?:ha|han|se ha) cambiado|cambios|e cambiato|(?:ultime )?modifiche|cambiamenti|mudou|"
    r"(?:ultimas )?mudancas|変わ(?:った|り)|変更(?:点|され|履歴)|最近の変更|変更は"
)
WISHES: Final = phrase(
    r"who (?:wants|likes|loves)|veto\w*|what (?:does|do) [\w ]{1,40} (?:like|want|prefer|love)|wishes|preferences|"
    r"wer (?:mag|will|mochte|wunscht)|was (?:mag|mogen|will|wollen|wunscht|wunschen)|wunsche|vorlieben|"
    r"qui (?:aime|veut|prefere)|qu'est-ce qu(?:e |')(?:\w+ )?(?:aime\w*|veu\w*)|(?:que|qu') ?(?:aime|veut) \w+|envies|"
    r"quien(?:es)? (?:quiere|prefiere)n?|(?:a quien|que|cosa|a chi) (?:le|les|gli|l) ?(?:gusta|piace)n?|deseos|"
    r"que quiere \w+|chi (?:vuole|preferisce)|(?:a chi|cosa) piace|desideri|quem (?:quer|gosta|prefere)|"
    r"do que .{1,30} gosta|o que .{1,30} quer|desejos|誰が.{0,12}(?:たい|好き|希望)|好み|何が好き|好きなもの|"
    r"希望(?:は|を|が)"
)
PRICE: Final = phrase(
    r"how much (?:is|does|are)|costs?|ticket|entry fee|admission|entrance fee|was kostet|wie viel kostet|wie teuer|"
    r"eintritt|"
    r"combien coute(?:nt)?|quel est le prix|cuanto (?:cuesta|vale)n?|quanto (?:costa|custa)(?:no|m)?|入場料|料金|いくら"
)
BUDGET: Final = phrase(
    r"budget|spent|(?:what|how much) (?:have|did) we (?:spend|spent|pay|paid)|how much money|money left|expenses|"
    r"ausgegeben|wie viel geld|kosten|ausgaben|depense\w*|presupuesto|gasta\w+|gastos|cuanto llevamos|bilancio|speso|"
    r"spese|orcamento|gastamos|gastos?|予算|費用|支出|(?:お金|いくら)(?:を|は)?(?:使|残)|使った(?:お金|金額)"
)
WAY: Final = phrase(
    r"how (?:far|long) (?:is|does|will|would|to)(?: it| the way)?(?: take)?|what(?:'s| is) the distance|distance|"
    r"wie (?:weit|lange)(?: ist es| dauert es| braucht man)?|entfernung|"
    r"(?:a )?quelle (?:est la )?distance|combien de temps(?: faut-il)?|(?:que|a que|qual a|cual es la) distancia|"
    r"cuanto (?:se tarda|tiempo|hay)|quanto (?:dista|e lontano|ci vuole|tempo)|che distanza|distanza|distancia|"
    r"どの(?:くらい|ぐらい)|何分|距離"
)
WALKING: Final = phrase(
    r"on foot|walking|zu fu(?:ss|ß)|zu laufen|laufen|a pied|a pie|andando|caminando|a piedi|a pe|徒歩で?|歩いて"
)
_VEHICLE = (
    r"car|train|bus|taxi|bike|public transport|auto|zug|bahn|offentlichen|voiture|metro|transports|coche|tren|autobus|"
    r"transporte publico|macchina|treno|mezzi|carro|trem|onibus"
)
RIDING: Final = phrase(
    rf"(?:by|with|mit|a|en|in|de|com|con)(?: (?:the|den|dem|der|les|la|el|il|i))? (?:{_VEHICLE})|電車で|車で|バスで"
)
HOURS: Final = phrase(
    r"open|opens|opening|closed?|closes|ouvert\w*|ouvre|horaires?|ferme|geoffnet|offnet|offnungszeiten|geschlossen|abiert\w+|abre|"
    r"horarios?|cerrado|cierra|apert[oai]|apre|orari[oa]?|chius[oa]|abert[oa]|fechad[oa]|営業|開いて|開き|閉ま|何時"
)
PLAN: Final = phrase(
    r"planned|(?:our|the) plan|itinerary|schedule|what(?:'s| is) on|free time|"
    r"(?:have|is there) (?:still |any |some )*(?:free )?time|"
    r"geplant|(?:unser\w*|der|den) plan|noch zeit|zeit frei|prevu|(?:notre|le) plan|programme|temps libre|"
    r"planead[oa]|planificad[oa]|(?:nuestro|el) plan|tiempo libre|previst[oa]|(?:nostro|il) piano|in programma|"
    r"tempo libero|planejad[oa]|(?:nosso|o) plano|programacao|tempo livre|予定|計画|空いて"
)
ABILITIES: Final = phrase(
    r"what can you do|was kannst du|(?:que|qu'est-ce que tu) peux(?:-tu| faire)|que puedes hacer|"
    r"(?:che )?cosa (?:sai|puoi) fare|o que (?:voce pode|podes) fazer|^何ができますか|使い方"
)
GREETING: Final = phrase(
    r"hello|help|hallo|hilfe|bonjour|aide|hola|ayuda|ciao|buongiorno|aiuto|ola|ajuda|こんにちは|ヘルプ"
)
THANKS: Final = phrase(r"thanks|thank you|danke\w*|merci|gracias|grazie|obrigad[oa]|ありがとう(?:ございます)?")
SEVERAL: Final = phrase(r"several|multiple|mehrere|plusieurs|varias|varie|varios|複数")
JOINTS: Final = {
    "en": "and|or|vs", "fr": "et|ou", "de": "und|oder", "es": "y|o|u|e", "it": "e|o|oppure", "pt": "e|ou", "ja": "and",
}  # fmt: skip
"""What stands between the things that somebody lists."""
