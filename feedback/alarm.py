"""Words that may mean somebody is in danger.

Pure, plain and short on purpose. A hit moves a voice up the queue of those who read it and shows
where to get help at once; it never decides anything, and a person reads every voice anyway. It will
miss much and it will be wrong at times: add words freely, it does no harm.

A phrase matches as whole words, whatever the case, the apostrophes and the line breaks; `*` at the
end of a word stands for any ending.
"""

import re

PHRASES = (
    # harm to oneself
    "suicid*",
    "kill myself",
    "killing myself",
    "end my life",
    "end it all",
    "take my own life",
    "hurt myself",
    "hurting myself",
    "harm myself",
    "harming myself",
    "self harm*",
    "cut myself",
    "cutting myself",
    "overdos*",
    "want to die",
    "wish i was dead",
    "better off dead",
    "no reason to live",
    "cannot go on",
    "can't go on",
    # harm by somebody
    "abus*",
    "rape*",
    "assault*",
    "attacked",
    "hits me",
    "hit me",
    "hits him",
    "hits her",
    "hurts me",
    "hurting me",
    "beats me",
    "beat me",
    "touched me",
    "threaten*",
    "locked in",
    "stole my",
    "takes my money",
    "scared of him",
    "scared of her",
    "scared of them",
    "afraid of him",
    "afraid of her",
    "frightened of him",
    "frightened of her",
    "not safe",
    "unsafe",
    "safeguarding",
    # neglect
    "neglect*",
    "not eaten",
    "nothing to eat",
    "left alone all",
    "bed sore*",
    "bedsore*",
)

_ALARM = re.compile(
    r"\b(?:" + "|".join(re.escape(each).replace(r"\*", r"\w*") for each in PHRASES) + r")\b"
)


def sounds_urgent(*texts: str) -> bool:
    """Whether any of `texts` has one of the phrases in it."""
    for text in texts:
        plain = re.sub(r"[\s-]+", " ", text.casefold().replace("’", "'"))
        if _ALARM.search(plain):
            return True
    return False
