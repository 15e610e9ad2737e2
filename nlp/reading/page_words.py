"""Words and patterns that hint at what a line of a copied page is: function words, words of furniture, shapes, cues.

Lists and patterns are small and in the languages of the training pages; what a hint is worth, the trained model says.
Patterns are matched against lower case.
"""

from __future__ import annotations

import re

__all__ = ["CUES", "FUNCTION_WORDS", "FURNITURE_KINDS", "KINDS_OF_WORD", "PERSONS", "SHAPES", "VERBS"]

# English, Spanish and Portuguese, French, German, Italian, Dutch, Indonesian: sentences have them, menus hardly.
_FUNCTION_WORDS = """
    a about after all also an and are as at be because been before but by can could did do does for from had has
    have he her him his how i if in into is it its just like more most my no not of on one only or other our out
    over said she so some such than that the their them then there these they this to up was we were what when
    which who will with would you your al como con de del el ella en era es esta este fue ha la las le lo los más
    no o para pero por que se sin su sus un una y ao aos com da das do dos e em está foi isso mais mas na nas nos
    não ou os pela pelo são sua seu uma você au aux avec c'est ce cette dans des du elle est et il ils je les leur
    mais nous ont par pas plus pour qui sa ses son sont sur une vous als am auf aus bei das dass dem den der die
    durch ein eine einen einer es für hat ich im ist kann mit nach nicht oder sich sie sind so über um und von vor
    war werden wie wird zu zum zur alla che chi ci della delle di gli i nel nella non per più quando questo sono
    suo tra una aan dat een er het hij met naar niet ook te van voor wordt zijn ada akan atau bahwa dalam dan dari
    dengan di ini itu juga kita ke oleh pada saya tidak untuk yang
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

# Words that are typical of a kind of furniture.
_FURNITURE = {
    "share": """
        share shares tweet facebook twitter pinterest whatsapp linkedin flipboard reddit instagram youtube tumblr
        telegram google email print follow like save copy link pin buffer compartilhar compartilhe teilen partager
        condividi bagikan rss feed social
    """,
    "account": """
        subscribe subscription subscriber subscribers newsletter newsletters sign login log register account cookie
        cookies consent privacy policy terms conditions gdpr preferences inbox alerts unsubscribe password username
        notifications enable javascript browser adblock premium unlimited membership cancel e-mail assine inscreva
        datenschutz
    """,
    "navigation": """
        home menu search skip content navigation close open next previous prev back top main about contact us careers
        advertise advertisement advertising sitemap faq help jobs archive archives categories category tags tag
        sections section topics podcasts videos video photos gallery live tv app apps shop store edition login apply
        click here upper corner banner sponsored sponsor promo ad ads adchoices ads_by accessibility
    """,
    "related": """
        related read more most popular trending recommended latest recent stories story articles article news popular
        viewed editors picks must watch see also next up you may might like around web from missed miss further
        explore discover top continue reading full slideshow gallery
    """,
    "comments": """
        comment comments reply replies respond discussion conversation commenting commenter posted report flag upvote
        vote votes likes views view disqus moderated leave add join logged required published
    """,
    "legal": """
        copyright reserved rights © material rewritten redistributed broadcast inc llc ltd corp trademarks trademark
        reproduced permission disclaimer affiliate commission powered wordpress designed rss quotes delayed
    """,
    "photo": """
        photo photos image images picture pictures credit getty reuters ap afp epa shutterstock file caption
        photograph photographer courtesy handout via pool bloomberg toggle enlarge foto fotos pictured left right
    """,
    "byline": """
        by author staff writer editor correspondent reporter contributor updated published posted written edited
        reporting min read est edt gmt pst pm am ist por von autor agencies desk
    """,
}
FURNITURE_KINDS = tuple(_FURNITURE)
KINDS_OF_WORD: dict[str, frozenset[str]] = {}
for _kind, _words in _FURNITURE.items():
    for _word in _words.split():
        KINDS_OF_WORD[_word] = KINDS_OF_WORD.get(_word, frozenset()) | {_kind}

_VERBS = """
    added announced are asked be been called came can could did do does had has have is made makes may might must
    said says should told was went were will would
"""
VERBS = frozenset(_VERBS.split())
PERSONS = frozenset({"i", "me", "my", "our", "us", "we", "you", "you're", "your"})

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september|"
    r"october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember|janeiro|fevereiro|março|abril|maio|"
    r"junho|julho|agosto|setembro|outubro|novembro|dezembro|enero|febrero|marzo|mayo|junio|julio|septiembre|octubre|"
    r"noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|maret|juli|desember)"
)
# What a line may contain.
SHAPES: dict[str, re.Pattern[str]] = {
    "date": re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:de\s+)?{_MONTH}\b|\b{_MONTH}\.?\s+\d{{1,2}}\b|"
        r"\b\d{4}[-/]\d\d?[-/]\d\d?\b|\b\d\d?[./]\d\d?[./]\d{2,4}\b",
    ),
    "time": re.compile(
        r"\b\d\d?[:.]\d\d(?:\s*[ap]\.?m)?\b|\b\d\d?\s*[ap]\.?m\b|\b(?:\d+|an?|one)\s*(?:min(?:ute)?|hour|hr|day|week|"
        r"month|year|mo|yr|[hdwmy])s?\.?(?:\s+ago|$)",
    ),
    "address": re.compile(r"https?://|www\.|\.(?:com|org|net|co\.uk|gif|jpe?g|png)\b|\S@\S|(?:^|\s)@\w"),
    "credit": re.compile(
        r"\((?:[^()]{0,80}[/|©:]\s*[^()]{2,60}|(?:ap|afp|epa|reuters|getty|file|photo|image|picture)\b[^()]{0,60})\)\s*$|"
        r"\b(?:photo|image|picture|foto|photograph|credit|caption)s?\s*(?:credit|by|courtesy|source|from|via)?\s*[:©/|]|"
        r"\b(?:getty images|shutterstock|ap photo|file photo|image\s+\d+\s+of)\b|"
        r"\(?(?:reuters|afp|ap|epa|bloomberg)\s*/|/\s*(?:reuters|afp|ap|epa|getty|bloomberg)\b",
    ),
    "credit_at_end": re.compile(
        r"[(\[](?=[^()\[\]]{0,80}(?:[/|©]|\b(?:photos?|image|picture|getty|reuters|afp|ap|epa|pool|handout|file|courtesy|"
        r"supplied|credit|via|bloomberg)\b))[^()\[\]]{2,80}[)\]]\W*$|"
        r"(?:\b(?:photo|image|picture|photograph|credit|foto|courtesy)s?(?:\s+(?:credit|by|courtesy|of))*\s*:|©|"
        r"\bphoto(?:graph)? by\b|\bcourtesy of\b|\s/\s)\s*\S.{1,60}$|"
        r"/(?:getty|reuters|afp|ap|epa|bloomberg)\b.{0,20}$"
    ),
    "caption": re.compile(
        r",\s(?:left|right|cent(?:er|re)|(?:second|third) from (?:left|right))\b|\bfile (?:photo|picture|image)\b|"
        r"\bpictured\b|"
        r"\b(?:meet|speak|shout|hold|listen|arrive|walk|attend|gesture|look|shake|pose|wave|wait|stand|sit|ride|show|inspect|"
        r"leave)s?\b.{0,150}(?:\d{4}|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\.?\W*(?:[(\[][^()\[\]]{2,80}[)\]]\W*)?$"
    ),
    "byline": re.compile(
        r"^(?:\W*(?:written |posted |published |reported |story |words )?(?:by|por|von|par|di|oleh|author|text)\b:?\s+"
        r"\S+(?:\s+\S+){0,9}$)",
    ),
    "read_more": re.compile(
        r"^\W*(?:read|also read|see also|see|also see|more|watch|watch also|related|listen|don['’]t miss|must read|"
        r"click|find out more|learn more|continue reading|explore|recommended|you may|you might|lesen sie|leia|lee|"
        r"leggi|lire|baca)\b[^.!?]{0,12}(?::|\bmore\b|\balso\b|\bhere\b|»|>|–|\|)|\bread more\b\W*$",
    ),
    "copyright": re.compile(r"©|\(c\)\s*\d{4}|\bcopyright\b|\ball rights reserved\b"),
    "counter": re.compile(r"^\W*[\d.,]+\s*k?\s*\+?\W*\w{0,12}$"),
    "crumbs": re.compile(r"\S\s*[>»›|/•·]\s+\S|\S\s+[>»›|/•·]\s*\S"),
}
# Short lines that open a section which is not of the story.
CUES: dict[str, re.Pattern[str]] = {
    "share": re.compile(
        r"^\W*(?:(?:share|shares|tweet|follow|like|partager|teilen|compart\w+|condividi|bagikan|print|e-?mail|facebook|"
        r"twitter|whatsapp|pinterest|linkedin|flipboard|reddit|google)\b.{0,30}|[\d.,]+k? shares?)$"
    ),
    "comments": re.compile(
        r"^\W*(?:(?:\d+ |no |leave an? |post an? |add an? |view |show |join the |deja un |deixe uma? |lascia un |"
        r"schreibe |reader |your )?(?:comments?|repl(?:y|ies)|discussion|conversation|comentarios?|comentários?|"
        r"kommentare?|commenti|commentaires?|responses?|respostas?|komentar|отзывы|комментари\w+)\b.{0,30})$"
    ),
    "related": re.compile(
        r"^\W*(?:related|more|most|also|see also|you may|you might|recommended|popular|trending|latest|recent|top|"
        r"up next|next|read next|editors?['’]?s? (?:picks?|choice)|don['’]t miss|around the web|"
        r"from (?:our|the|around)|sponsored|promoted|what (?:others|to)|in this (?:article|story)|on our radar|"
        r"further reading|explore further|artigos|artículos|"
        r"artikel|articles?|verwandte|weitere|leggi anche|ti potrebbe|potrebbe|te puede|veja também|lee también|"
        r"baca juga|berita|популярн\w+|похожие)\b.{0,40}$"
    ),
    "about": re.compile(
        r"^\W*(?:about (?:the |this )?\w+|about|sobre|über|à propos|chi (?:è|sono)|tags?|filed under|topics?|"
        r"categor(?:y|ies)|posted (?:in|by)|published|source|want more|view all|written by|author|the author)\b.{0,40}$"
    ),
    "stamp": re.compile(r"\b\d+\s*(?:min\w*|hours?|hrs?|days?|weeks?|months?|years?|[hdwm])\s+ago\b|\b\d\d?:\d\d\b"),
    "account": re.compile(
        r"\b(?:newsletters?|subscribe|sign up|inbox|log ?in|e-?mail address|cookies?|privacy|terms of|"
        r"all rights|copyright)\b|©"
    ),
}
