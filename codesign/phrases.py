"""Codes, names and phrases a person can read out, remember and type. Knows no Django.

All are drawn with `secrets`. A join code has no vowels (no words appear by chance) and one of each
pair of look-alikes at most; a rejoin phrase is three short plain words, one of 80 million.
"""

import re
import secrets

CODE_LETTERS = "2346789CDFHJKMNPQRTVWX"
CODE_LENGTH = 6


def _words(text: str) -> list[str]:
    return text.split()


COLOURS = _words("""
    Amber Blue Bright Brown Calm Clear Copper Coral Cream Early Gentle Golden Green Happy Hazel
    Indigo Ivory Kind Lilac Little Lucky Merry Mint Misty Olive Orange Peach Pearl Pink Plum
    Purple Quiet Rosy Ruby Russet Sandy Scarlet Silver Sunny Tawny Velvet Violet Warm Yellow
""")
THINGS = _words("""
    Acorn Apple Beech Bell Birch Boat Breeze Brook Cherry Cloud Clover Comet Daisy Dolphin Dove
    Fern Finch Garden Harbour Heron Hill Island Kite Lantern Lark Leaf Linnet Maple Meadow Moon
    Oak Otter Path Pebble Pine Pony Poppy Rain Ribbon River Robin Rowan Sail Seal Shell Skylark
    Sparrow Spring Star Stream Swan Swift Teapot Thistle Tulip Wave Willow Wren
""")
WORDS = _words("""
    acorn actor adult after album amber angel ankle apple april arch arena arrow artist aunt
    autumn baker ball balloon banana band banjo bank barn basket bath beach bead bean bear beard
    bed bee beetle bell belt bench berry bike bird biscuit blanket blue boat bone book boot
    bottle bowl box branch bread brick bridge broom brown brush bubble bucket bunny bus butter
    button cabin cake calf camel camera candle canoe car card carpet carrot cart castle cat
    chair chalk cheese cherry chess child chin circle clay clock cloud clover coach coast coat
    coffee coin collar comb cook copper corner cotton cousin cow crab cream crown cup curtain
    cushion daisy dance deer desk dinner dish dog doll donkey door dove dragon drawer dream
    dress drum duck eagle east egg elbow engine evening farm feather fence ferry field fig
    finger fire fish flag floor flour flower flute foot forest fork fox friend frog fruit garden
    garlic gate giant ginger glass glove goat gold goose grape grass green guest guitar hammer
    hand harbour hat hazel head hedge hen hill honey hood horse hotel house ice ink iron island
    ivy jacket jam jar jelly jigsaw juice july june jumper kettle key king kitchen kite kitten
    knee ladder lake lamb lamp lark laugh leaf lemon letter lily lion lizard loaf lock lunch
    magnet maple marble march market mat meadow melon milk mint mirror mitten monday money
    monkey moon morning mouse museum music nail neck needle nest night noodle north nose nut oak
    ocean olive onion orange oven owl page paint palm pan paper parcel park parrot party pasta
    path pea peach pear pebble pen pencil penny pepper piano picnic picture pie pig pillow pilot
    pine pink plane plant plate plum pocket poem pond pony poppy potato pump puppet purple
    puzzle queen quilt rabbit radio rain raisin red ribbon rice ring river road robin rocket
    roof room rope rose rug ruler saddle sail salad salt sand scarf school sea seal seed sheep
    shell ship shirt shoe shop silver singer sister sky sleeve slipper snail snow soap sock sofa
    song soup south spider spoon spring square squirrel stairs stamp star station stone stool
    story straw street string sugar summer sun swan sweet swing table tail tea teapot tent thumb
    ticket tiger toast tomato tooth towel tower town toy tractor train tray tree trumpet tulip
    tunnel turkey turnip turtle twin uncle valley van vase velvet village violin wagon walk wall
    walnut watch water wave west whale wheat wheel whistle willow window winter wolf wood wool
    yard yellow yoghurt zebra
""")


def new_code() -> str:
    """Six characters of a join code, without its hyphen."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """A code as it was typed, as it is stored: case, spaces and hyphens do not matter."""
    return re.sub(r"[\s\-‐-―_.]", "", typed).upper()[: CODE_LENGTH + 1]


def _check_letter(drawn: str, space: int) -> str:
    """What shows that five letters were drawn for this space, and that none was mistyped."""
    places = [CODE_LETTERS.index(letter) for letter in drawn]
    # Each weight shares no factor with 22, so that another letter always gives another check.
    weighed = sum(weight * place for weight, place in zip((1, 3, 5, 7, 9), places, strict=True))
    return CODE_LETTERS[(weighed + space) % len(CODE_LETTERS)]


def new_sheet_number(space: int) -> str:
    """A number for a sheet of a space, such as `WJN-997`.

    Drawn, not counted: two printers at once need to know nothing of each other.
    """
    drawn = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH - 1))
    return f"{drawn[:3]}-{drawn[3:]}{_check_letter(drawn, space)}"


def printed_number(typed: str, space: int) -> str | None:
    """A sheet's number as it was printed for a space; None for one that cannot have been."""
    code = read_code(typed)
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_LETTERS):
        return None
    is_ours = code[-1] == _check_letter(code[:-1], space)
    return f"{code[:3]}-{code[3:]}" if is_ours else None


def new_nickname() -> str:
    """A kind name to take or leave: `Blue Kite`."""
    return f"{secrets.choice(COLOURS)} {secrets.choice(THINGS)}"


def new_phrase() -> str:
    """Three plain words that bring somebody back into the room."""
    return " ".join(secrets.choice(WORDS) for _ in range(3))


def read_phrase(typed: str) -> str:
    """A phrase as it was typed, as it is hashed: case and marks between the words do not matter."""
    return " ".join(re.findall(r"[a-z]+", typed.lower()))
