-- A copy of the database must not speak to anybody's books.
UPDATE economic_agreement
   SET app_secret_token = NULL,
       agreement_grant_token = NULL,
       soap_user = NULL,
       soap_password = NULL,
       access_date = NULL,
       connection_state = 'new',
       scheduled = false;
UPDATE ir_cron
   SET active = false
 WHERE economic_agreement_id IS NOT NULL;
