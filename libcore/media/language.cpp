// The codes of ISO 639-1 and 639-2, as the registry of RFC 5646 prefers them.

#include "libcore/media/language.h"

#include <algorithm>
#include <cctype>

namespace sl {

namespace {

// Pairs "two:three"; a language with several codes of three letters, or with a withdrawn one, has several pairs.
constexpr std::string_view codes =
    "aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bi:bis "
    "bm:bam bn:ben bo:bod bo:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces cs:cze cu:chu cv:chv cy:cym "
    "cy:wel da:dan de:deu de:ger dv:div dz:dzo ee:ewe el:ell el:gre en:eng eo:epo es:spa et:est eu:eus eu:baq fa:fas "
    "fa:per ff:ful fi:fin fj:fij fo:fao fr:fra fr:fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb "
    "he:iw hi:hin ho:hmo hr:hrv hr:scr ht:hat hu:hun hy:hye hy:arm hz:her ia:ina id:ind id:in ie:ile ig:ibo ii:iii "
    "ik:ipk io:ido is:isl is:ice it:ita iu:iku ja:jpn jv:jav jv:jw ka:kat ka:geo kg:kon ki:kik kj:kua kk:kaz kl:kal "
    "km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit "
    "lu:lub lv:lav mg:mlg mh:mah mi:mri mi:mao mk:mkd mk:mac ml:mal mn:mon mr:mar ms:msa ms:may mt:mlt my:mya my:bur "
    "na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld nl:dut nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori "
    "os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron ro:rum ro:mol ro:mo ru:rus rw:kin sa:san "
    "sc:srd sd:snd se:sme sg:sag si:sin sk:slk sk:slo sl:slv sm:smo sn:sna so:som sq:sqi sq:alb sr:srp sr:scc ss:ssw "
    "st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat "
    "tw:twi ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yi:ji yo:yor za:zha "
    "zh:zho zh:chi zu:zul";

std::string preferred(const std::string& language) {
  const std::string sought = ":" + language;
  for (std::size_t at = 0; (at = codes.find(sought, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + sought.size();
    if (end == codes.size() || codes[end] == ' ') return std::string(codes.substr(at - 2, 2));
  }
  return language;
}

}  // namespace

std::string language_tag(std::string_view text) {
  std::string tag, subtag;
  bool single = false;  // after a subtag of one letter, an extension, the usual case is lower
  const auto is = [](int (*kind)(int)) { return [kind](unsigned char c) { return kind(c) != 0; }; };
  for (std::size_t at = 0; at <= text.size(); at += subtag.size() + 1) {
    subtag = text.substr(at, std::min(text.find_first_of("-_", at), text.size()) - at);
    if (subtag.empty() || subtag.size() > 8 || !std::ranges::all_of(subtag, is(std::isalnum))) return {};
    std::string cased = subtag;
    std::ranges::transform(cased, cased.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool letters = std::ranges::all_of(cased, is(std::isalpha));
    if (tag.empty()) {
      if (!letters || cased.size() < 2 || cased.size() > 3 || cased == "und") return {};
      tag = preferred(cased);
      continue;
    }
    if (letters && !single && cased.size() == 2) {
      std::ranges::transform(cased, cased.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    }
    if (letters && !single && cased.size() == 4) cased[0] = static_cast<char>(std::toupper(cased[0]));
    single = single || cased.size() == 1;
    tag += "-" + cased;
  }
  return tag;
}

std::string language_code(std::string_view text) {
  const std::string tag = language_tag(text);
  const std::string language = tag.substr(0, tag.find('-'));
  if (language.size() == 3) return language;  // it has no shorter one
  const std::size_t at = (" " + std::string(codes)).find(" " + language + ":");
  return language.size() != 2 || at == std::string::npos ? "" : std::string(codes.substr(at + 3, 3));
}

std::string bibliographic_code(const std::string& code) {
  constexpr std::string_view listed = "alb arm baq bur chi cze dut fre geo ger gre ice mac mao may per rum slo tib wel";
  const std::string sought = preferred(code) + ":";
  for (std::size_t at = 0; (at = codes.find(sought, at)) != std::string_view::npos; ++at) {
    const std::string other(codes.substr(at + sought.size(), 3));
    if (listed.find(other) != std::string_view::npos) return other;
  }
  return code;
}

}  // namespace sl
