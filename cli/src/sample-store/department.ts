/** How a style looks; brands have one, and shoppers like some more than others. */
export const STYLES = ['classic', 'modern', 'rustic', 'playful', 'minimal', 'botanical'] as const;
export type Style = (typeof STYLES)[number];

export interface TypeTraits {
  /** Used up: bought again after about so many days. */
  readonly every?: number;
  /** Comes in sizes: one variant each. */
  readonly sizes?: 'clothing' | 'shoes' | 'children' | 'pet' | 'bed' | 'ring';
  /** Comes in packs of several: one variant each. */
  readonly packs?: readonly string[];
  /** Comes in colours that are variants, not products of their own. */
  readonly colours?: true;
  /** How often it is wanted, against 1 for its neighbours. */
  readonly demand?: number;
}

/** A kind of thing: its name, its usual price in EUR, what is special about it. */
export type ProductType = readonly [name: string, price: number, traits?: TypeTraits];

export interface Leaf {
  readonly slug: string;
  /** Share of the shelves, against 1 for its neighbours. */
  readonly share: number;
  /** Lowest and highest margin, as a share of the price. */
  readonly margin: readonly [number, number];
  /** How long one thinks about it, against 1. */
  readonly deliberation: number;
  readonly materials: readonly string[];
  /** Complete the sentence "It comes ...". */
  readonly features: readonly string[];
  /** What it is for; complete the sentence "Made for ...". */
  readonly uses: readonly string[];
  readonly types: readonly ProductType[];
}

/** Name, style, price level against the usual price. */
export type Brand = readonly [name: string, style: Style, level: number];

export interface Department {
  readonly slug: string;
  readonly share: number;
  /** How demand changes from the first day of the story to the last: 1 stays, 2 doubles. */
  readonly season: number;
  readonly brands: readonly Brand[];
  readonly colours: readonly string[];
  readonly recipients: readonly string[];
  readonly occasions: readonly string[];
  readonly leaves: readonly Leaf[];
}
