-- What invitations to review name: several products, each reviewed once with the same link.
CREATE TABLE invitation_product (
  invitation_id TEXT NOT NULL REFERENCES invitation (id),
  product_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  reviewed BIGINT NOT NULL,
  PRIMARY KEY (invitation_id, product_id)
);
-- Those that are out name one (purpose 2: reviews; states up to 4: made, 4: answered).
INSERT INTO invitation_product (invitation_id, product_id, position, reviewed)
  SELECT id, product, 0, CASE WHEN state = 4 THEN 1 ELSE 0 END FROM invitation
  WHERE purpose = 2 AND product <> '' AND state <= 4;

-- Answers are told apart by the product they are about; empty: about none.
CREATE TABLE product_answer (
  invitation_id TEXT NOT NULL REFERENCES response (invitation_id),
  product_id TEXT NOT NULL,
  question_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  score BIGINT,
  body TEXT,
  picks TEXT NOT NULL,
  PRIMARY KEY (invitation_id, product_id, question_id)
);
INSERT INTO product_answer (invitation_id, product_id, question_id, position, score, body, picks)
  SELECT a.invitation_id, COALESCE(p.product_id, ''), a.question_id, a.position, a.score, a.body,
    a.picks FROM answer a LEFT JOIN invitation_product p ON p.invitation_id = a.invitation_id;
DROP TABLE answer;
ALTER TABLE product_answer RENAME TO answer;
