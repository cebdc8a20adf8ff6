-- Product reviews, their votes and what they come to, and who bought what.
CREATE TABLE review (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  product_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  order_id TEXT NOT NULL,           -- empty: unknown
  sku TEXT NOT NULL,
  verified BIGINT NOT NULL,
  invitation_id TEXT NOT NULL,      -- that asked for it; empty: none
  rating BIGINT NOT NULL,
  body TEXT NOT NULL,
  media TEXT NOT NULL,              -- ids of uploads, separated by commas
  language TEXT NOT NULL,
  text_key TEXT NOT NULL,           -- the same for texts of the same letters
  state BIGINT NOT NULL,
  findings BIGINT NOT NULL,         -- bits, see domain/moderation/moderate.h
  moderation_reason TEXT NOT NULL,
  moderator TEXT NOT NULL,
  moderated_at BIGINT,
  reply TEXT NOT NULL,              -- empty: none
  reply_author TEXT NOT NULL,
  replied_at BIGINT,
  helpful BIGINT NOT NULL,
  unhelpful BIGINT NOT NULL,
  alert BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX review_once ON review (tenant, customer_id, product_id, order_id);
CREATE INDEX review_product ON review (tenant, product_id, id);
CREATE INDEX review_list ON review (tenant, id);
CREATE INDEX review_text ON review (tenant, text_key);

CREATE TABLE review_vote (
  review_id TEXT NOT NULL REFERENCES review (id),
  customer_id TEXT NOT NULL,
  vote BIGINT NOT NULL,
  PRIMARY KEY (review_id, customer_id)
);

-- Published reviews, by product; product '' holds the sum over all products of the tenant.
CREATE TABLE product_rating (
  tenant TEXT NOT NULL,
  product_id TEXT NOT NULL,
  stars_1 BIGINT NOT NULL,
  stars_2 BIGINT NOT NULL,
  stars_3 BIGINT NOT NULL,
  stars_4 BIGINT NOT NULL,
  stars_5 BIGINT NOT NULL,
  verified BIGINT NOT NULL,
  PRIMARY KEY (tenant, product_id)
);

-- What the newest version of each delivered order brought.
CREATE TABLE purchase (
  tenant TEXT NOT NULL,
  order_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  delivered_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, order_id, product_id, sku)
);
CREATE INDEX purchase_customer ON purchase (tenant, customer_id, product_id, delivered_at);

-- Stars of the review that a case is about (its id is the review's then); 0: about an answer.
ALTER TABLE recovery ADD COLUMN rating BIGINT NOT NULL DEFAULT 0;
