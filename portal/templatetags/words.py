"""Template filters for words and pictures that come from people: `{{ comment.text|plain }}`."""

from django import template
from django.utils.safestring import SafeString

from portal import sanitise
from portal.charts import Svg

register = template.Library()


@register.filter(is_safe=True)
def plain(text: object) -> SafeString:
    """A participant's plain text, with its paragraphs and links; empty for None."""
    return sanitise.plain("" if text is None else text)


@register.filter(is_safe=True)
def rich(html: object) -> SafeString:
    """An editor's rich text, reduced to a few tags; empty for None."""
    return sanitise.rich("" if html is None else html)


@register.filter(is_safe=True)
def picture(chart: Svg | None) -> SafeString:
    """A chart from portal.charts; empty where there were too few points to draw one."""
    return SafeString() if chart is None else sanitise.svg(chart)
