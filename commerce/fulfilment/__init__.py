"""How an order's goods leave: delivery options, parcels, hand over."""
