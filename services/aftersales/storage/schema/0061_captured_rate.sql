-- Payments that were charged in another currency than the order's ('': in that): captured_minor and
-- charged_minor are the captured rate; charged_held and charged_taken count refunds and chargebacks in it.
ALTER TABLE order_payment ADD COLUMN charged_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_payment ADD COLUMN charged_currency TEXT NOT NULL DEFAULT '';
ALTER TABLE order_payment ADD COLUMN charged_held_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_payment ADD COLUMN charged_taken_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refund ADD COLUMN payout_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refund ADD COLUMN payout_currency TEXT NOT NULL DEFAULT '';
-- What the bank took, in its currency ('': amount_minor in the order's), and when the shop won it back.
ALTER TABLE chargeback ADD COLUMN taken_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE chargeback ADD COLUMN taken_currency TEXT NOT NULL DEFAULT '';
ALTER TABLE chargeback ADD COLUMN won_at BIGINT;
