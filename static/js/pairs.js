// Pairs as people type them, by the rules of matchmaking/core/parsing/numbers.py (read_planned_pairs).
// What has several readings there, or none, is null here: the page asks for the figure. A table of texts
// holds the two together: tests/journeys/test_pairs_reader.py.
(() => {
  "use strict";
  const UNITS = {
    十万: 1e5, 百万: 1e6, 千万: 1e7, 万: 1e4, w: 1e4, 千: 1e3, k: 1e3, 百: 1e2, 亿: 1e8,
    hundred: 1e2, thousand: 1e3, million: 1e6, m: 1e6,
  };
  const IDLE =
    /^(?:(?:春节|过年|国庆|五一|元旦|年前|年后)?(?:停产|停工|停线|停|休|休息|放假|假期|检修|无产能|没产能|满|满单|已满|排满|已排满|订满|约满|接满)|no capacity|full|fully booked|closed|holidays?|off|stop(?:ped)?|idle)$/;
  const TOTAL = /^(?:共计?|合计|总计|总共|总数量?|总量|数量|双数|total(?: quantity)?|qty|moq|起订量?)\s?[:=]?\s?/;
  const PAIRS = /\s*(?:双|对|pairs?|prs?\.?)\s*(?:整|左右|上下)?$/;
  const DOZENS = /\s*(?:打|dozens?|doz\.?|dz)$/;
  const NUMBER = /^(\d{1,3}(?:[,']\d{3}){1,4}|\d{1,12})(\.\d{1,6})?(?:\s?([十百千]万|万|亿|千|百|w|k|m|hundred|thousand|million)([1-9])?)?$/;
  const WITH_POINTS = /^\d{1,3}(?:\.\d{3}){2,4}$/; // 1.200.000 has one reading, 60.000 has two
  const TWO_WAYS = /^(?!0+\.)\d{1,3}\.\d{3}$/;

  const readNumber = (text) => {
    if (WITH_POINTS.test(text)) return Number(text.replaceAll(".", ""));
    if (TWO_WAYS.test(text)) return null;
    const found = NUMBER.exec(text);
    if (!found) return null;
    const [, figures, fraction = "", unit = "", rest = ""] = found;
    if (rest && unit === "m") return null;
    const factor = unit ? UNITS[unit] : 1;
    // In whole numbers: 6.55 times 10,000 is 65,499.99… in floating point.
    const digits = fraction.slice(1);
    const scaled = BigInt(figures.replaceAll(/[,']/g, "") + digits) * BigInt(factor);
    const divisor = 10n ** BigInt(digits.length);
    if (scaled % divisor) return null;
    return Number(scaled / divisor) + Number(rest || 0) * (factor / 10);
  };

  window.readPairs = (text) => {
    let plain = text.normalize("NFKC").toLowerCase().replace(/，/g, ",").replace(/[’‘]/g, "'").trim();
    plain = plain.replace(/^'+/, "").replace(/(\d) (?=\d{3}(?!\d))/g, "$1");
    if (IDLE.test(plain)) return 0;
    plain = plain.replace(TOTAL, "");
    const bare = plain.replace(DOZENS, "");
    const pairs = readNumber(bare.replace(PAIRS, "").replace(/^\+/, "").replace(/(?:左右|上下)$/, ""));
    return pairs === null ? null : pairs * (bare === plain ? 1 : 12);
  };
})();
