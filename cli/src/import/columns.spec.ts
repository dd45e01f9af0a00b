import { describe, expect, it } from 'vitest';
import { CATALOG_FIELDS } from './catalog-fields.js';
import { columnKey, proposeMapping, readMapping, showMapping } from './columns.js';
import { ORDER_FIELDS } from './order-fields.js';

describe('columnKey', () => {
  it.each([
    ['Variant Compare At Price', 'variant_compare_at_price'],
    ['g:item_group_id', 'item_group_id'],
    ['InvoiceNo', 'invoice_no'],
    ['attr_t_colour', 'colour'],
    ['attr_t_contrast_ratio__typical_', 'contrast_ratio_typical'],
    ['  Größe ', 'größe'],
    ['In stock?', 'in_stock'],
  ])('%s is %s', (column, key) => expect(columnKey(column)).toBe(key));
});

describe('proposeMapping', () => {
  const catalog = (...columns: string[]) => showMapping(proposeMapping(columns, CATALOG_FIELDS));

  it('reads feeds of Google, Shopify, WooCommerce and Icecat', () => {
    expect(
      catalog(
        'g:id',
        'g:title',
        'g:link',
        'g:image_link',
        'g:price',
        'g:sale_price',
        'g:availability',
        'g:product_type',
        'g:item_group_id',
      ),
    ).toBe(
      'group=g:item_group_id,productId=g:id,title=g:title,category=g:product_type,salePrice=g:sale_price,price=g:price,availability=g:availability,url=g:link,imageUrl=g:image_link',
    );
    expect(
      catalog(
        'Handle',
        'Title',
        'Body (HTML)',
        'Vendor',
        'Type',
        'Variant SKU',
        'Variant Price',
        'Variant Compare At Price',
        'Variant Inventory Qty',
        'Image Src',
        'Cost per item',
      ),
    ).toBe(
      'group=Handle,sku=Variant SKU,title=Title,description=Body (HTML),brand=Vendor,category=Type,price=Variant Price,listPrice=Variant Compare At Price,cost=Cost per item,stock=Variant Inventory Qty,imageUrl=Image Src',
    );
    expect(
      catalog(
        'ID',
        'SKU',
        'Name',
        'Short description',
        'Regular price',
        'Sale price',
        'Categories',
        'Images',
        'Stock',
        'In stock?',
        'Parent',
      ),
    ).toBe(
      'group=Parent,sku=SKU,productId=ID,title=Name,description=Short description,category=Categories,salePrice=Sale price,listPrice=Regular price,stock=Stock,availability=In stock?,imageUrl=Images',
    );
    expect(
      catalog(
        'id',
        'name',
        'title',
        'ean',
        'short_description',
        'img_high',
        'img_500x500',
        'supplier',
        'price',
        'attr_t_product_type',
        'attr_n_quantity',
      ),
    ).toBe(
      'productId=id,title=title,description=short_description,brand=supplier,category=attr_t_product_type,price=price,imageUrl=img_500x500',
    );
  });

  it('reads the order lines of the UCI and of Shopify', () => {
    const orders = (...columns: string[]) => showMapping(proposeMapping(columns, ORDER_FIELDS));
    expect(
      orders('InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID', 'Country'),
    ).toBe(
      'order=InvoiceNo,time=InvoiceDate,customer=CustomerID,sku=StockCode,title=Description,quantity=Quantity,price=UnitPrice',
    );
    expect(
      orders(
        'Name',
        'Email',
        'Created at',
        'Lineitem quantity',
        'Lineitem name',
        'Lineitem price',
        'Lineitem sku',
        'Currency',
      ),
    ).toBe(
      'order=Name,time=Created at,customer=Email,sku=Lineitem sku,title=Lineitem name,quantity=Lineitem quantity,price=Lineitem price,currency=Currency',
    );
  });

  it('gives no column to two fields', () => {
    const mapping = proposeMapping(['name', 'order_number', 'date', 'sku', 'qty', 'price'], ORDER_FIELDS);
    expect(mapping).toMatchObject({ order: ['order_number'], title: ['name'] });
  });
});

describe('readMapping', () => {
  const columns = ['id', 'what', 'price', 'dep', 'group'];
  const read = (text: string) => readMapping(text, columns, CATALOG_FIELDS);

  it('takes what is given, proposes the rest and leaves out what is empty', () => {
    expect(read('title=what,category=dep+group,price=')).toEqual({
      productId: ['id'],
      title: ['what'],
      category: ['dep', 'group'],
    });
  });

  it.each([
    ['titel=what', /"titel=what" wants field=column.*title/],
    ['title=wat', /no column "wat".*what/],
    ['title=what+id', /title takes one column/],
    ['title', /wants field=column/],
  ])('refuses %s', (text, message) => expect(() => read(text)).toThrow(message));
});
