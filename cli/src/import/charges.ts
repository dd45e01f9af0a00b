const WORDS = new Set(
  `postage; post; dotcom postage; p&p; carriage; shipping; shipping and handling; delivery; freight; handling; manual; discount; coupon; voucher;
  bank charges; bank charge; amazon fee; fee; fees; commission; cruk commission; samples; sample; adjust bad debt; bad debt; adjustment;
  surcharge; tax; vat; rounding; deposit; tip; donation; gift card; store credit; credit; refund; versand; versandkosten; rabatt; gutschein`
    .split(';')
    .map((word) => word.trim().replace(/\s+/g, ' ')),
);
const CHARGE =
  /^(?:(?:dotcom|international|next day|express|standard|free|economy|home)\s+)?(?:postage|carriage|shipping|delivery|freight)(?:\s+(?:charges?|fees?|costs?))?$|\bgift (?:voucher|certificate)\b/;

/** True for lines of an order that charge something without selling a thing: postage, fees, discounts, vouchers, corrections. */
export function isCharge(title: string): boolean {
  const plain = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}&]+/gu, ' ')
    .trim();
  return WORDS.has(plain) || CHARGE.test(plain);
}

const REMARK =
  /^[^\p{L}]*$|\b(damages?|damaged|lost|missing|found|check(ed)?|wrong(ly)?|incorrect(ly)?|thrown|broken|smashed|crushed|mouldy|rusty|wet|faulty|unsaleable|destroyed|counted|mix ?up|stock|adjust(ment)?|test|ebay|amazon|dotcom|mailout|showroom|returned|given away|put aside|sold as)\b/iu;

/** True for what somebody noted where a title belongs: `?`, `damaged`, `wrongly coded 20713`. Titles in use are told from notes by how often they occur. */
export const isRemark = (title: string): boolean => REMARK.test(title);
