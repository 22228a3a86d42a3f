"""A local endpoint that behaves as Stripe publishes for what this project uses of it.

Checkout sessions with a hosted page, payment intents, charges, refunds, disputes, the balance with
its transactions and payouts, events, webhook endpoints, connected accounts with their onboarding;
form-encoded requests, idempotency, error bodies and webhook signatures as documented at
docs.stripe.com/api (version 2026-10-28). Every secret key (`sk_test_...`) opens its own account.
"""
