"""Words by which the stand-in reads a request, in English, French, German, Spanish, Italian, Portuguese and Japanese.

Terms are written folded (lower case, no accents). A Latin term matches from the start of a word, as a stem; one that
ends in `.` matches the whole word only. Terms with Japanese characters match anywhere.
"""

from __future__ import annotations

INTERESTS: dict[str, str] = {
    "temple": "temple templ. tempel templo tempio templi tempi. shrine sanctuaire schrein santuario 寺 神社 仏閣",
    "church": "church cathedral eglise cathedrale kirche. kirchen dom. iglesia catedral chiesa "
    "chiese igreja 教会 大聖堂",
    "museum": "museum musee museo musei museu 博物館 美術館 ミュージアム",
    "art": "art. arts. galler galerie. kunst arte. pintura peinture アート 芸術 絵画",
    "history": "histor geschicht storia. stori. antik antiqu roman. 歴史",
    "ruins": "ruin rovine ruinas ancient 遺跡",
    "architecture": "architect architekt arquitect arquitet architett 建築",
    "castle": "castle chateau schloss burg. burgen castillo castello castelli castelo 城",
    "palace": "palace. palaces. palais. palast. palacio. palacios. palazzi. 宮殿",
    "food": "food foodie eat. eating cuisine essen. kulinarisch comida comer gastro cibo mangiare restaurant ristorant "
    "restaurante gourmet manger bouffe "
    "cucina cocina cozinha dinner lunch breakfast abendessen mittagessen fruhstuck diner. dejeuner cena. cenar "
    "almuerzo desayuno pranzo jantar almoco 夕食 昼食 朝食 ご飯 食べ 料理 グルメ 食事 レストラン",
    "ramen": "ramen ラーメン らーめん",
    "noodles": "noodle nouilles nudeln. fideos udon. soba. うどん そば",
    "sushi": "sushi 寿司 すし",
    "seafood": "seafood fruits_de_mer meeresfruchte marisco mariscos frutti_di_mare 海鮮",
    "pizza": "pizza ピザ",
    "pasta": "pasta. パスタ",
    "street-food": "street-food street_food 屋台",
    "sweets": "sweets dessert patisserie pastel. pasteis gelato eis. kuchen dulces dolci doces 甘い スイーツ お菓子",
    "coffee": "coffee cafe kaffee caffe. コーヒー カフェ 喫茶 お茶 抹茶",
    "wine": "wine. wines. winer vin. vins. vignoble wein. weine weingut vino. vinos. vini. vinho ワイン",
    "beer": "beer. beers. brewer biere. bier. cerveza birra cerveja ビール",
    "market": "market marche. marches. markt markte mercado mercat mercati 市場 マーケット",
    "nature": "nature. natur. naturaleza natura. natureza wildlife 自然",
    "park": "park. parks. parc. parcs. parque parques parchi parco 公園",
    "gardens": "garden jardin garten giardin jardim jardins 庭園",
    "beach": "beach plage strand playa spiagg praia ビーチ 海岸",
    "hike": "hik randonn wander. wandern wanderung senderis escursion caminhada trek ハイキング 登山",
    "view": "view. views. viewpoint panoram vue. vues. aussicht mirador vista. vistas. miradouro "
    "belvedere 展望 夜景 眺め",
    "shopping": "shopping boutique einkauf compras acquisti magasin ショッピング 買い物",
    "nightlife": "nightlife club. clubs. bars. nachtleben vie_nocturne vida_nocturna vita_notturna vida_noturna "
    "partying ナイトライフ クラブ バー. 居酒屋",
    "music": "music musik musica musique concert konzert concierto fado flamenco jazz opera 音楽 ライブ",
    "crafts": "craft. crafts. artisan handwerk artesan artigian workshop. workshops. 工芸 陶芸",
    "sport": "sport. sports. football futbol calcio futebol surf スポーツ",
    "science": "science wissenschaft ciencia scienz 科学",
    "animals": "zoo. aquarium acuario acquario animals. animaux tiere. animales 動物園 水族館",
    "romantic": "romanti ロマンチック",
    "photo": "photograph fotograf fotografia 写真",
    "boat": "boat. boats. bateau boot. boote. barco barca cruise croisiere kanal canals. 船 クルーズ",
    "film": "anime manga cinema. film. films. アニメ 漫画 映画",
}

NEGATIONS = (
    "no. not. without hate dislike avoid skip never isn't don't neither pas. sans. deteste evite aucun kein ohne hass "
    "vermeid nicht. sin. odia odio evitar nada_de nao. sem. senza niente. detest non. evitare "
    "いらない 嫌い 苦手 なし 以外 興味がない 行きたくない 避け"
)
POSITIVES = (
    "love. loves. adore aime. aimons like. enjoy lieb mag. mogen encant gusta adora. adoro adoramos ama. amiamo "
    "piace piacciono gosta 好き 大好き"
)

MUST_SEE = (
    r"must[- ]?(?:see|visit|do)s?(?: is| are|:)?",
    r"(?:have|has|need|want) to (?:see|visit)",
    r"don'?t (?:want to )?miss",
    r"absolument (?:voir|visiter)",
    r"(?:il faut|on doit|nous devons|on veut|nous voulons) (?:absolument )?(?:voir|visiter)",
    r"ne pas (?:rater|manquer)",
    r"hay que ver",
    r"imprescindibles?:?",
    r"(?:tenemos|queremos) (?:que )?ver",
    r"no (?:queremos )?perder(?:nos|se)?",
    r"(?:dobbiamo|vogliamo|bisogna) (?:assolutamente )?(?:vedere|visitare)",
    r"assolutamente (?:vedere|visitare)",
    r"(?:temos que|queremos|tenho que) (?:ver|visitar)",
    r"imperdivel:?",
    r"unbedingt",
    r"(?:mussen|wollen|mochten) (?:wir )?(?:unbedingt )?(?=(?:den|die|das|zum|zur) )",
)
MUST_AVOID = (
    r"(?:please )?avoid",
    r"stay away from",
    r"eviter",
    r"vermeiden",
    r"evitar",
    r"evitare",
    r"skip",
    r"anything but",
)
MUST_SEE_JA = (
    r"([^、。,\s]{2,20}?)(?:は|を|には|に)(?:絶対|必ず|外せない|ぜひ)",
    r"(?:絶対に?|必ず|ぜひ)([^、。,\s]{2,20}?)(?:を見|に行|へ行|は)",
)

NOT_MEANT = (
    r"(?:don'?t|doesn'?t|do not) (?:mind|care|know)|not only|egal|ist mir gleich|nicht nur|peu (?:m'|nous )?importe|"
    r"pas seulement|(?:elle|il|on|je|qui|ca) march(?:e|ent)|me da igual|no solo|non solo|tanto faz|nao so"
)
"""Phrases that hold a negation, or the word for an interest, and mean neither."""
NOT_TOO = (
    r"(?:not|nothing|nicht|nichts|pas|rien de|no|nada|non|niente|nao) (?:too|zu|trop|muy|demasiado|troppo|muito) \w+"
)

PACE: dict[str, str] = {
    "relaxed": "relaxed slow. slowly easy. easygoing leisurely chilled tranquille doucement detendu gemutlich langsam "
    "entspannt ruhig tranquil relajad despacio rilassat calma. calmo. のんびり ゆっくり ゆったり",
    "packed": "packed busy. intense maximum as_much_as_possible as_many_as_possible rempli vollgepackt "
    "moglichst_viel a_tope lo_maximo intens il_piu_possibile o_maximo 盛りだくさん たくさん できるだけ多く",
}
LAZY = (
    r"lazy mornings?",
    r"sleep(?:ing)?[- ]in",
    r"late (?:start|morning)s?",
    r"grasses? matinees?",
    r"ausschlafen",
    r"(?:dormir|levantar\w*) (?:hasta )?tarde",
    r"mananas? (?:tranquila|perezosa|libre)s?",
    r"mattin[ae] (?:pigr|liber)[ae]",
    r"dormire fino a tardi",
    r"acordar tarde",
    r"manhas? (?:preguicosa|livre)s?",
    r"朝寝坊",
    r"朝は?(?:ゆっくり|のんびり)",
)

TRANSPORT: dict[str, str] = {
    "train": "train. trains. rail railway zug. bahn. tren. trenes. treno treni. trem. comboio 電車 列車 新幹線 鉄道",
    "car": "car. drive driving road_trip voiture auto. mietwagen coche. macchina carro. 車で レンタカー ドライブ",
    "plane": "plane. fly. flying flight avion flugzeug fliegen vuelo aereo. aviao 飛行機",
    "bus": "bus. coach. autocar autobus onibus バス",
    "bike": "bike bicycle cycling velo. fahrrad bici bicicleta 自転車",
    "walk": "walking on_foot a_pied zu_fuss a_pie a_piedi a_pe. 徒歩",
}
DIET: dict[str, str] = {
    "vegetarian": "vegetarian vegetarien vegetarisch vegetariano vegetariana ベジタリアン 菜食",
    "vegan": "vegan. vegans. vegane vegana. vegano. veganes ヴィーガン ビーガン",
    "halal": "halal ハラル ハラール",
    "kosher": "kosher casher koscher コーシャ",
    "gluten-free": "gluten coeliac celiac zoliakie celiac グルテン",
    "lactose-free": "lactose laktose lactosa lattosio 乳糖",
    "nut-free": "nut_allerg peanut arachide erdnuss cacahuete ナッツ",
    "pescatarian": "pescatar pescetar ペスカタリアン",
}

NUMBERS: dict[str, int] = {
    word: value
    for value, words in {
        1: "one a an single un une ein eine einen uno una um uma 一",
        2: "two couple deux zwei zwo dos due dois duas 二",
        3: "three trois drei tres tre 三",
        4: "four quatre vier cuatro quattro quatro 四",
        5: "five cinq funf cinco cinque 五",
        6: "six sechs seis sei 六",
        7: "seven sept sieben siete sette sete 七",
        8: "eight huit acht ocho otto oito 八",
        9: "nine neuf neun nueve nove 九",
        10: "ten dix zehn diez dieci dez 十",
        12: "twelve douze zwolf doce dodici doze",
        14: "fourteen fortnight quatorze vierzehn catorce quattordici",
    }.items()
    for word in words.split()
}
DAY = r"(?:days?|jours?|tage?n?|dias?|giorni|giorno|journees?|日間)"
NIGHT = r"(?:nights?|nuits?|nachte?n?|noches?|nott[ei]|noites?|泊)"
WEEK = r"(?:weeks?|semaines?|wochen?|semanas?|settiman[ae]|週間)"
LONG_WEEKEND = (
    r"long weekend|week-?end prolonge|langes wochenende|puente|fine settimana lungo|fim de semana prolongado|三連休"
)
WEEKEND = r"week-?ends?|wochenende|fin de semana|fine settimana|fim de semana|週末"

MONTHS = (
    "january janvier januar enero gennaio janeiro",
    "february fevrier februar febrero febbraio fevereiro",
    "march mars marz marzo marco",
    "april avril abril aprile",
    "may mai mayo maggio maio",
    "june juin juni junio giugno junho",
    "july juillet juli julio luglio julho",
    "august aout agosto",
    "september septembre septiembre settembre setembro",
    "october octobre oktober octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december decembre dezember diciembre dicembre dezembro",
)
SEASONS = {
    4: "spring. printemps fruhling primavera 春",
    7: "summer ete. sommer verano estate. verao 夏",
    10: "autumn fall. automne herbst otono autunno outono 秋",
    1: "winter hiver invierno inverno 冬",
}
MONTH_PART = {
    "early": "early beginning_of start_of debut anfang principios comienzos inizio inizi. inicio comeco 上旬 初め",
    "mid": "mid. mid- middle_of mi- mitte mediados meta. meados 中旬",
    "late": "late. end_of fin. ende. finales fine. fim. 下旬 末",
}

CURRENCIES: dict[str, str] = {
    "EUR": r"€|euros?|eur",
    "USD": r"us\$|\$|usd|us dollars?|dollars?|dolares|dollari",
    "GBP": r"£|gbp|pounds?|pfund|livres",
    "JPY": r"¥|yen|jpy|円",
    "CHF": r"chf|francs?|franken|franchi",
    "BRL": r"r\$|brl|reais|real",
    "CAD": r"ca\$|c\$|cad",
    "AUD": r"au\$|a\$|aud",
    "MXN": r"mxn|pesos",
    "SEK": r"sek|kronor",
    "DKK": r"dkk|kroner",
    "INR": r"₹|inr|rupees",
    "CNY": r"cny|rmb|yuan",
    "KRW": r"₩|krw|won",
    "THB": r"฿|thb|baht",
}
PER_PERSON = (
    r"each|per (?:person|head)|a head|pp|par (?:personne|tete)|pro (?:person|kopf)|"
    r"por (?:persona|cabeza|pessoa|cabeca)|a (?:persona|testa)|cada uno|chacun|一人|1人|ひとり"
)
PER_DAY = r"(?:per|a|each) day|par jour|pro tag|am tag|por dia|al dia|al giorno|一日|1日あたり"

PEOPLE = (
    r"people|persons?|adults?|friends|of us|travell?ers|guests|personnes|amis|amies|adultes|personen|leute|freunde|"
    r"erwachsenen?|personas|amigos|amigas|adultos|persone|amici|amiche|adulti|pessoas|人|名"
)
CHILDREN = (
    r"children|kids?|child|toddlers?|enfants?|kinder[n]?|kind|ninos?|ninas?|hijos?|bambin[oiae]|figli[oa]?|criancas?|"
    r"filhos?|子供|子ども|こども"
)
COUPLE = (
    r"(?:my|our) (?:wife|husband|girlfriend|boyfriend|partner)|couple|en amoureux|ma femme|mon mari|"
    r"meine frau|mein mann|zu zweit|pareja|mi mujer|mi marido|in coppia|mia moglie|mio marito|"
    r"casal|夫婦|カップル|二人|ふたり"
)
ALONE = (
    r"alone|by myself|on my own|seule?|allein|viaj\w+ sol[oa]|da sol[oa]|sozinh[oa]|一人旅|ひとりで|"
    r"solo (?:trip|travel\w*|adventure)|(?:travel\w*|going) solo"
)
FAMILY = r"family|famille|familie|familia|famiglia|家族"

STOPWORDS: dict[str, str] = {
    "en": "thanks thank you show help "
    "the a and with for in we of to then by love must about all us days want without is are my our i "
    "please per person day adults kids what when where which who how far long much many does do did it on "
    "at from between add move remove plan vote can could should have has let monday tuesday wednesday "
    "thursday friday saturday sunday tomorrow morning afternoon evening hello",
    "fr": "merci peux tu "
    "semaine week-end le la les un une des et avec pour en nous de du pas jours dans sans je veux voir "
    "mon notre on au sur vous plait deux trois pendant faire quel quelle quoi est ouvert ouvre qui "
    "combien quand que qu ce c d l temps ajoute ajouter deplace deplacer retire retirer enleve supprime "
    "planifie votons entre jusqu aime aiment lundi bonjour mardi mercredi jeudi vendredi samedi dimanche "
    "demain matin soir jour aller est-ce avons nos prevu a ont y",
    "de": "danke kannst dir "
    "wochenende woche der die das ein eine und mit fur in wir von nach ohne tage wollen ich unbedingt "
    "sehen keine am im zu wann wo was ist offnet bitte zwei drei konnen den dem des wie weit lange viel "
    "wer mag haben hat es um uns fuge hinzu verschiebe entferne streiche plane abstimmen zwischen bis auf "
    "geandert montag dienstag mittwoch donnerstag freitag samstag sonntag tag morgen vormittag abend "
    "unser unsere zum zur bisher hallo",
    "es": "gracias puedes hacer "
    "fin semana el la los las un una y con para en nosotros de del sin dias queremos quiero ver por mi "
    "nos muy que donde cuando dos tres hay abre esta favor cual cuanto cuanta quien le gusta anade agrega "
    "mueve quita elimina planifica votemos entre lunes martes miercoles jueves viernes sabado domingo "
    "manana tarde dia ha han cambiado hemos gastado distancia tiempo como podemos hacer al a hola",
    "it": "grazie sai fare "
    "settimana fine il lo la i gli le un una e con per in noi di del senza giorni vogliamo vedere mio "
    "nostro da che a al cosa dove quando due tre possiamo apre quanto quanta chi piace aggiungi sposta "
    "togli rimuovi pianifica votiamo tra fra lunedi martedi mercoledi giovedi venerdi sabato domenica "
    "domani mattina sera giorno abbiamo speso cambiato ci vuole alla dal nel fare ciao buongiorno",
    "pt": "obrigado obrigada pode "
    "fim semana o a os as um uma e com para em nos de do da sem dias queremos ver quero por meu nosso que "
    "no na ao onde dois voces qual esta abre quanto quanta quem gosta adiciona adicione move mova remove "
    "tira planeja votar vamos entre segunda terca quarta quinta sexta feira sabado domingo amanha manha "
    "tarde noite dia mudou gastamos podemos fazer ate ja foi ola",
}
ORDERS = (
    r"(?:ignore|disregard|forget|override|ignorez|oubliez|ignoriere|vergiss|ignora|ignore)\b.{0,40}"
    r"(?:instruction|previous|prior|above|rule|prompt|precedent|anweisung|regeln|anteriores|istruzioni|instrucoes)",
    r"system prompt|developer message|you are now|tu es maintenant|du bist jetzt|act as|pretend to be|jailbreak",
    r"(?:reveal|print|show|output|repeat)\b.{0,30}(?:prompt|instructions|secrets|secret key|api key|password)",
    r"(?:call|invoke|run|execute)\b.{0,20}(?:tool|function|command|api)",
    r"(?:delete|drop|grant|transfer)(?: (?:the|this|that|my|our|all|whole|entire|table|me|us|as|of))* "
    r"(?:trip|plan|account|role|owner|database|member)",
    r"(?:以前|これまで|上記).{0,10}(?:指示|命令).{0,10}(?:無視|忘れ)",
)
