/** Names of ranges; every brand has a few of its own. */
export const RANGES: readonly string[] =
  `Orchard Harbour Meadow Cove Larch Heron Anvil Linnet Quarry Tarn Moorland Willow Ember Clover Foundry Swift Gable Haven Sparrow
  Birch Lagoon Pebble Rowan Saffron Tide Umber Wren Alder Beacon Cinder Dune Echo Fable Grove Hollow Isle Juniper Kelp Lantern Marsh
  Nest Oak Pine Quill Reed Sable Thicket Vale Weald Yew Aster Bramble Copse Dell Eyrie Flint Glade Heath Ivy Jetty`
    .split(/\s+/)
    .filter(Boolean);

/** Names by which a store sells the same range with a small difference. */
export const EDITIONS: readonly string[] = [
  'Mini',
  'Grand',
  'Plus',
  'Classic',
  'No. 2',
  'No. 3',
  'Petite',
  'Studio',
  'Everyday',
];

export const SIZES = {
  clothing: ['XS', 'S', 'M', 'L', 'XL'],
  shoes: ['36', '37', '38', '39', '40', '41', '42', '43', '44', '45'],
  children: ['98', '104', '110', '116', '122', '128', '134'],
  pet: ['S', 'M', 'L'],
  bed: ['135 x 200', '155 x 220', '200 x 200'],
  ring: ['52', '54', '56', '58'],
} as const;

/** Parts of book titles. */
export const BOOK_WORDS = {
  adjectives:
    `Quiet Last Salt Silver Hidden Crooked Long Winter Blue Small Restless Paper Drowned Borrowed Bright Second Hollow Wild
  Forgotten Golden`
      .split(/\s+/)
      .filter(Boolean),
  nouns:
    `Harbour Garden Letters Orchard Lighthouse River Clock Island Kitchen Road Daughters Map Season Feast Ferry Inheritance
  Beekeeper Cartographer Bakery Tide Neighbours Fox Mountain Library`
      .split(/\s+/)
      .filter(Boolean),
  places: `Saltmarsh Trieste Lisbon the_Fells Orkney Kyoto Marseille the_Baltic Vermont Galway Bergen the_Alps`
    .split(/\s+/)
    .filter(Boolean)
    .map((place) => place.replace('_', ' ')),
  forenames: `Ada Ben Clara Dev Elin Farid Greta Hugo Ines Jonas Kaja Leo Mina Noor Otis Pia Ravi Sana Tom Vera`
    .split(/\s+/)
    .filter(Boolean),
  surnames:
    `Abernethy Brandl Castell Dahlgren Eskola Ferrant Gallow Holm Iversen Jarrow Kessler Lindqvist Marchetti Nakata Okafor
  Penhale Quist Rosen Soral Thorne Ueda Vance Winslade Zorn`
      .split(/\s+/)
      .filter(Boolean),
};
